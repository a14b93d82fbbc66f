import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64 } from '../wire/base64.js';
import { saslprep } from './saslprep.js';

/** How a password becomes a key, as CHALLENGE says it (spec: "Key Derivation Functions"). */
export interface ScramSalting {
  readonly kdf: 'pbkdf2' | 'argon2id13';
  /** Base64. */
  readonly salt: string;
  readonly iterations: number;
  /** KiB; with `argon2id13` only. */
  readonly memory?: number;
}

const KEY_LENGTH = 32;

/**
 * `SaltedPassword` (spec: "SCRAM Algorithms"), 32 bytes. PBKDF2 lets other work in between; Argon2 does not, and its
 * library is loaded when it is first needed.
 * @throws TypeError for a salt that is not base64, or a password that SASLprep prohibits
 */
export async function scramSaltedPassword(password: string, salting: ScramSalting): Promise<Uint8Array> {
  const { kdf, iterations, memory = 0 } = salting;
  const salt = fromBase64(salting.salt);
  if (!salt) throw new TypeError(`the salt ${JSON.stringify(salting.salt)} is not base64`);
  const text = saslprep(password);
  if (kdf === 'pbkdf2') return pbkdf2Async(sha256, text, salt, { c: iterations, dkLen: KEY_LENGTH });
  const { argon2 } = await import('./argon2.js');
  return argon2(text, salt, { iterations, memory, length: KEY_LENGTH });
}
