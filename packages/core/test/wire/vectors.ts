import { readFileSync } from 'node:fs';
import { isDict } from '../../src/wire/index.js';

/** A message in bytes, one or more spellings a serializer, and what decoding them yields. */
export interface ByteVector {
  readonly title: string;
  readonly bytes: Readonly<Record<'json' | 'cbor' | 'msgpack', readonly Uint8Array[]>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** A message as its list, and what the refusal must name; `undefined` where it must be accepted. */
export interface ListVector {
  readonly title: string;
  readonly list: readonly unknown[];
  readonly refusal: string | undefined;
}

/**
 * The samples of the WAMP specification's own test suite (wamp-proto/wamp-proto, folder `testsuite`, June 2026), as
 * facts: `messages.json` lists the bytes and attributes of each.
 */
const samples: unknown = JSON.parse(readFileSync(new URL('../fixtures/messages.json', import.meta.url), 'utf8'));

export const byteVectors: readonly ByteVector[] = all().flatMap(({ bytes, expected_attributes: expected, ...rest }) => {
  if (!isDict(bytes) || !isDict(expected)) return [];
  const spellings = { json: fromHex(bytes.json), cbor: fromHex(bytes.cbor), msgpack: fromHex(bytes.msgpack) };
  return [{ title: `${rest.message} ${JSON.stringify(expected)}`, bytes: spellings, expected }];
});

export const listVectors: readonly ListVector[] = all().flatMap(({ wmsg, expected_error: error }) => {
  if (!Array.isArray(wmsg)) return [];
  return [{ title: JSON.stringify(wmsg), list: wmsg, refusal: isDict(error) ? String(error.contains) : undefined }];
});

function all(): Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(samples)) throw new Error('messages.json is a list');
  return samples.filter(isDict);
}

function fromHex(spellings: unknown): Uint8Array[] {
  if (!Array.isArray(spellings)) throw new Error('each serializer has a list of spellings');
  return spellings.map((hex) => new Uint8Array(Buffer.from(String(hex), 'hex')));
}
