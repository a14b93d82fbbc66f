import type { Uri } from '../wire/messages.js';

/**
 * What arrived under a topic or procedure that has a key could not be opened: sealed with another key, changed on its
 * way, or not sealed at all. `cause` is what the cipher said.
 */
export class DecryptionError extends Error {
  override readonly name = 'DecryptionError';
  readonly code = 'DECRYPTION_FAILED';

  constructor(
    /** The topic or procedure. */
    readonly uri: Uri,
    why: string,
    /** `ppt_keyid` of the message, where it had one. */
    readonly keyId?: string,
    options?: ErrorOptions,
  ) {
    super(`${uri}: ${why}`, options);
  }
}
