import { expect, test } from 'vitest';
import type { Auth } from '../../src/auth/index.js';
import { cryptosign, scram, ticket, tls, wampcra } from '../../src/auth/index.js';
import { Code } from '../../src/wire/index.js';

const key = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const authid = 'joe';
const give = () => key;

/** What code without types may pass. */
const made = (method: (options: never) => Auth, options: unknown) => () => method(options as never);
const refused = (text: string) =>
  expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(text) });

test.each<[(options: never) => Auth, unknown, string]>([
  [
    ticket,
    { authid, ticket: key },
    'the option ticket must be a function that gives it, such as () => ticket, and is a',
  ],
  [ticket, { authid }, 'the option ticket must be a function that gives it, such as () => ticket, and is missing'],
  [ticket, { authid: 7, ticket: give }, 'the option authid must be a string, and is the number 7'],
  [ticket, { authid, tikcet: give }, 'there is no option tikcet: there are authid, ticket'],
  [ticket, key, 'options must be an object, and are a string'],
  [ticket, undefined, 'options must be an object, and are missing'],
  [wampcra, { authid, secret: key }, 'the option secret must be a function that gives it'],
  [wampcra, { secret: give }, 'the option authid must be a string, and is missing'],
  [wampcra, { authid, secret: give, maxIterations: '5' }, 'the option maxIterations must be a number of at least 0'],
  [scram, { authid, password: key }, 'the option password must be a function that gives it'],
  [scram, { password: give }, 'the option authid must be a string, and is missing'],
  [scram, { authid, password: give, channelBinding: 'tls' }, 'must be one of tls-exporter, tls-unique, and is "tls"'],
  [scram, { authid, password: give, limits: { pbkdf2: {} } }, 'there is no option limits.pbkdf2: there are pbkdf2It'],
  [
    scram,
    { authid, password: give, limits: { argon2Memory: { least: 1 } } },
    'the option limits.argon2Memory.most must be a number of at least 0, and is missing',
  ],
  [cryptosign, { privateKey: key }, 'the option privateKey must be a function that gives it'],
  [cryptosign, { privateKey: new Uint8Array(32) }, 'and is bytes'],
  [cryptosign, { privateKey: give, requireBoundChallenge: 'yes' }, 'must be a boolean, and is "yes"'],
  [cryptosign, { privateKey: give, channelBinding: true }, 'the option channelBinding must be one of'],
  [tls, { authid: null }, 'the option authid must be a string, and is null'],
])('%o with %j is refused when it is made', (method, options, text) => {
  expect(made(method, options)).toThrow(refused(text));
  // What was passed by mistake may be the secret.
  expect(made(method, options)).not.toThrow(key.slice(0, 8));
});

test('what is undefined is left open', async () => {
  expect(tls({ authid: undefined } as never).method).toBe('tls');
  expect(cryptosign({ privateKey: give, channelBinding: undefined } as never).method).toBe('cryptosign');
  const auth = scram({ authid, password: give, limits: { pbkdf2Iterations: undefined } } as never);
  const hello = { code: Code.HELLO, realm: 'realm1', details: { authid, authextra: { nonce: 'abcd' } } } as const;
  const extra = { nonce: 'abcdef', salt: 'c2FsdA==', kdf: 'pbkdf2', iterations: 4096 };
  const challenge = { code: Code.CHALLENGE, method: 'wamp-scram', extra } as const;
  await expect(auth.prove?.(challenge, { hello, channelId: () => undefined })).resolves.toMatchObject({
    signature: expect.any(String),
  });
});

const join = {
  hello: { code: Code.HELLO, realm: 'realm1', details: { authid, authextra: { nonce: 'abcd' } } },
  channelId: () => undefined,
} as const;
const challenged = (auth: Auth, extra: object) =>
  auth.prove?.({ code: Code.CHALLENGE, method: auth.method, extra: { ...extra } }, join);

test.each<[unknown, string]>([
  [undefined, 'missing'],
  [5, 'a number'],
  [null, 'null'],
  [new Uint8Array(32), 'bytes'],
])('a function that gives %o is found out before anything is made of it', async (value, kind) => {
  const none = async () => value as string;
  const no = (name: string) => refused(`what the option ${name} gives must be a string, and is ${kind}`);
  await expect(challenged(ticket({ ticket: none }), {})).rejects.toEqual(no('ticket'));
  await expect(challenged(wampcra({ authid, secret: none }), { challenge: '{}' })).rejects.toEqual(no('secret'));
  const asked = { nonce: 'abcdef', salt: 'c2FsdA==', kdf: 'pbkdf2', iterations: 4096 };
  await expect(challenged(scram({ authid, password: none }), asked)).rejects.toEqual(no('password'));
  const { identify } = cryptosign({ privateKey: none });
  await expect(identify?.()).rejects.toEqual(
    refused(`what the option privateKey gives must be a private key, 32 bytes in hex, and is ${kind}`),
  );
});

test('a private key that is no 32 bytes in hex is refused, and not repeated', async () => {
  for (const wrong of [key.slice(2), `${key}00`, `0x${key.slice(2)}`, 'x'.repeat(64)]) {
    const error = await Promise.resolve(cryptosign({ privateKey: () => wrong }).identify?.()).catch((thrown) => thrown);
    expect(error).toEqual(refused('must be a private key, 32 bytes in hex, and is a string'));
    expect(error.message).not.toContain(wrong.slice(0, 8));
  }
});
