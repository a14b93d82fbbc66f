import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { fromBase64 } from '@wigwag/core/wire';
import type { User } from './users.js';

/** For methods whose challenges show something that is kept of a user. */
export interface StrangerOptions {
  /**
   * What is drawn from to make strangers look like users: text or bytes that are hard to guess, 32 of them. Give one where
   * the router restarts, or where several stand for one: who sees a salt change knows that nobody has it. Default: drawn
   * anew.
   */
  readonly strangerSecret?: string | Uint8Array;
}

/**
 * Gives those who do not exist the looks of those who do: the same authid always gets the same, and what it gets is
 * drawn from a secret of this router, so that nobody can tell.
 */
export class Strangers {
  readonly #secret: string | Uint8Array;
  readonly #lookalikes: readonly User[];

  /** @param secret Default: drawn anew, so that looks change when the router restarts. */
  constructor(lookalikes: readonly User[], secret: string | Uint8Array = randomBytes(32)) {
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

  /** A salt of the same kind as that of the model: base64 of as many bytes, hex with the same dashes, or text as long. */
  salt(authid: string, model: string): string {
    const bytes = fromBase64(model);
    if (/^[\da-f-]+$/i.test(model)) return hexLike(model, Buffer.from(this.bytes(authid, 'salt', model.length)));
    if (bytes) return Buffer.from(this.bytes(authid, 'salt', bytes.length)).toString('base64');
    return Buffer.from(this.bytes(authid, 'salt', model.length))
      .toString('base64url')
      .slice(0, model.length);
  }
}

function hexLike(model: string, drawn: Uint8Array): string {
  const capitals = /[A-F]/.test(model);
  return [...model]
    .map((character, at) => {
      if (character === '-') return character;
      const digit = ((drawn[at] ?? 0) % 16).toString(16);
      return capitals ? digit.toUpperCase() : digit;
    })
    .join('');
}
