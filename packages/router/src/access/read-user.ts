import type { Dict } from '@wigwag/core/wire';
import { isDict, kindOf } from '@wigwag/core/wire';
import type { ScramCredential, User, WampcraCredential } from './users.js';

/** What one value has to be, and how that is called. */
interface Kind {
  readonly name: string;
  is(value: unknown): boolean;
}
const text: Kind = { name: 'text', is: (value) => typeof value === 'string' };
const someText: Kind = { name: 'text that is not empty', is: (value) => typeof value === 'string' && value !== '' };
const count: Kind = { name: 'a number from 1 on', is: (value) => Number.isSafeInteger(value) && Number(value) >= 1 };
const number: Kind = { name: 'a number', is: (value) => typeof value === 'number' && !Number.isNaN(value) };
const texts: Kind = { name: 'a list of texts', is: (value) => Array.isArray(value) && value.every(text.is) };
const certificates: Kind = {
  name: '"any" or a list of fingerprints',
  is: (value) => value === 'any' || texts.is(value),
};
const kdf: Kind = { name: '"pbkdf2" or "argon2id13"', is: (value) => value === 'pbkdf2' || value === 'argon2id13' };
const wampcra: Kind = {
  name: '{ secret, salt?, iterations?, keylen? }',
  is: (value): value is WampcraCredential =>
    isDict(value) && fits(value, { secret: someText }, { salt: text, iterations: count, keylen: count }),
};
const scram: Kind = {
  name: '{ kdf, salt, iterations, memory?, storedKey, serverKey }',
  is: (value): value is ScramCredential =>
    isDict(value) &&
    fits(value, { kdf, salt: text, iterations: count, storedKey: someText, serverKey: someText }, { memory: count }),
};

const required = { authrole: someText };
const optional = {
  authid: someText,
  expires: number,
  ticket: text,
  wampcra,
  scram,
  cryptosign: texts,
  tls: certificates,
};

/** @throws TypeError that names the key of a user which is wrong, or says that it is none */
export function requireUser(value: unknown, name: string): void {
  if (!isDict(value)) throw new TypeError(`the user "${name}" must be an object, and is ${kindOf(value)}`);
  const wrong = wrongKey(value, required, optional);
  if (wrong !== undefined) throw new TypeError(`the user "${name}" is one whose ${wrong}`);
}

/**
 * A user as somebody outside tells it; null and undefined are nobody. Keys that are null count as left off.
 * @param source who told it, for the error
 * @throws TypeError that names the key which is wrong
 */
export function readUser(value: unknown, source: string): User | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isDict(value)) throw new TypeError(`${source} answered with ${kindOf(value)} where a user or null was expected`);
  const told = withoutNulls(value);
  if (isUser(told)) return told;
  const wrong = wrongKey(told, required, optional);
  throw new TypeError(`${source} answered with a user whose ${wrong}`);
}

function isUser(told: Dict): told is Dict & User {
  return fits(told, required, optional);
}

type Kinds = Readonly<Record<string, Kind>>;

function fits(value: Dict, must: Kinds, may: Kinds): boolean {
  return wrongKey(value, must, may) === undefined;
}

function wrongKey(value: Dict, must: Kinds, may: Kinds): string | undefined {
  for (const [key, { name, is }] of Object.entries({ ...must, ...may })) {
    const given = value[key];
    if (given === undefined ? key in must : !is(given)) return `\`${key}\` is not ${name}`;
  }
  return undefined;
}

function withoutNulls(value: Dict): Dict {
  const given = Object.entries(value).filter(([, part]) => part !== null);
  return Object.fromEntries(given.map(([key, part]) => [key, isDict(part) ? withoutNulls(part) : part]));
}
