import { hmac } from '@noble/hashes/hmac.js';
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64 } from '../wire/base64.js';

/** How a password becomes the shared secret of WAMP-CRA (spec: "Password Salting"). */
export interface WampcraSalting {
  readonly salt: string;
  /** Rounds of PBKDF2. */
  readonly iterations: number;
  /** Bytes of the derived key. */
  readonly keylen: number;
}

/**
 * The shared secret that a salted password stands for: PBKDF2 with SHA-256, in base64. This text, not the bytes it
 * encodes, is the HMAC's key. Does not block: it lets other work in between.
 */
export async function wampcraKey(password: string, { salt, iterations, keylen }: WampcraSalting): Promise<string> {
  return toBase64(await pbkdf2Async(sha256, password, salt, { c: iterations, dkLen: keylen }));
}

/** HMAC-SHA256 of a challenge under the shared secret, in base64 (spec: "Challenge Response Authentication"). */
export function wampcraSignature(secret: string, challenge: string): string {
  const text = new TextEncoder();
  return toBase64(hmac(sha256, text.encode(secret), text.encode(challenge)));
}
