import { KeyObject } from 'node:crypto';
import type { JWK, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, createRemoteJWKSet, importJWK } from 'jose';

/** A JSON Web Key (RFC 7517), as `KeyObject.export({ format: 'jwk' })` gives it or an issuer publishes it. */
export interface WebKey {
  readonly kty?: string | undefined;
}

/**
 * What signatures are verified with: a secret as bytes, a key of `node:crypto`, one JSON Web Key, a set of them, or the
 * address of a set, which is fetched when it is first needed and again when a token names a key that is not in it (at
 * most twice a minute).
 */
export type JwtKeys = Uint8Array | KeyObject | WebKey | { readonly keys: readonly WebKey[] } | URL;

/** @throws TypeError for an address that anybody on the way could answer at, and for what is no key */
export function keyFinder(keys: JwtKeys): JWTVerifyGetKey {
  if (keys instanceof URL) {
    if (!isSafe(keys)) throw new TypeError(`keys come from https:// or from this machine, not from ${keys.href}`);
    return createRemoteJWKSet(keys);
  }
  if (keys instanceof Uint8Array || keys instanceof KeyObject) return async () => keys;
  if ('keys' in keys) {
    if (!Array.isArray(keys.keys)) throw new TypeError('a set of JSON Web Keys has a list of them in `keys`');
    return createLocalJWKSet({ keys: keys.keys.map(asJwk) });
  }
  const key = asJwk(keys);
  return async ({ alg }) => importJWK(key, alg);
}

function asJwk(key: WebKey): JWK {
  if (isJwk(key)) return key;
  throw new TypeError('a JSON Web Key has a `kty`, and this has none');
}

function isJwk(key: WebKey): key is JWK {
  return typeof key?.kty === 'string';
}

function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
