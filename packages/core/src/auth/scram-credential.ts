import { randomBytes } from '@noble/hashes/utils.js';
import { toBase64 } from '../wire/base64.js';
import type { ScramSalting } from './scram-kdf.js';
import { scramSaltedPassword } from './scram-kdf.js';
import { scramKeys } from './scram-proof.js';

/** What a router keeps of a user who logs in by WAMP-SCRAM; the password cannot be told from it. */
export interface ScramCredential extends ScramSalting {
  /** Base64. */
  readonly storedKey: string;
  /** Base64. */
  readonly serverKey: string;
}

/** What somebody who logs in has to spend on it, and somebody who guesses, on each guess. */
export interface ScramCost {
  /** Default `argon2id13`. */
  readonly kdf?: ScramSalting['kdf'];
  /** Default 2 for `argon2id13`, 600 000 for `pbkdf2`. */
  readonly iterations?: number;
  /** KiB, for `argon2id13`. Default 19 456. */
  readonly memory?: number;
}

/** Makes what the router keeps, once, when a password is set. The salt is drawn. */
export async function scramCredential(password: string, cost: ScramCost = {}): Promise<ScramCredential> {
  const { kdf = 'argon2id13', iterations = kdf === 'pbkdf2' ? 600_000 : 2, memory = 19_456 } = cost;
  const salt = toBase64(randomBytes(16));
  const salting: ScramSalting = { kdf, salt, iterations, ...(kdf === 'argon2id13' && { memory }) };
  const { storedKey, serverKey } = scramKeys(await scramSaltedPassword(password, salting));
  return { ...salting, storedKey: toBase64(storedKey), serverKey: toBase64(serverKey) };
}
