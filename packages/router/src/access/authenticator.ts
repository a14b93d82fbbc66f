import type { Dict, Uri } from '@wigwag/core/wire';
import type { Identity } from '../session/identity.js';

/** What an authenticator knows of who wants to join. */
export interface Attempt {
  readonly realm: Uri;
  /** HELLO.Details, unchecked. */
  readonly details: Dict;
  /** The connection, for logs. */
  readonly peer: string;
}

/** An authenticator's answer: yes, no, or a question whose answer decides. */
export type Verdict =
  | { readonly type: 'accepted'; readonly identity: Identity }
  | { readonly type: 'refused'; readonly reason: Uri; readonly message: string }
  | {
      readonly type: 'challenge';
      /** CHALLENGE.Extra */
      readonly extra: Dict;
      /** Judges AUTHENTICATE. */
      answer(signature: string, extra: Dict): Verdict | Promise<Verdict>;
    };

/** The port that every authentication method implements. One that throws refuses, and the router reports the error. */
export interface Authenticator {
  /** The name in HELLO.Details.authmethods. */
  readonly method: string;
  begin(attempt: Attempt): Verdict | Promise<Verdict>;
}
