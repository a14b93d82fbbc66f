import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { User } from './users.js';

/**
 * Gives those who do not exist the looks of those who do: the same authid always gets the same, and what it gets is
 * drawn from a secret of this router, so that nobody can tell.
 */
export class Strangers {
  readonly #secret: Uint8Array;
  readonly #lookalikes: readonly User[];

  /** @param secret Default: drawn anew, so that looks change when the router restarts. */
  constructor(lookalikes: readonly User[], secret: Uint8Array = randomBytes(32)) {
    this.#lookalikes = lookalikes;
    this.#secret = secret;
  }

  /** Bytes that only this router can foretell, the same each time for one authid and purpose. */
  bytes(authid: string, purpose: string, length = 32): Uint8Array {
    const key = createHmac('sha256', this.#secret).update(`${purpose}\0${authid}`).digest();
    return length === key.length ? key : new Uint8Array(hkdfSync('sha256', key, '', purpose, length));
  }

  /** The user whose looks this authid is given. */
  model(authid: string): User | undefined {
    const { length } = this.#lookalikes;
    const draw = Buffer.from(this.bytes(authid, 'model')).readUInt32BE(0);
    return length === 0 ? undefined : this.#lookalikes[draw % length];
  }
}
