import type { ChannelBinding } from '@wigwag/core/auth';
import type { Dict, Id, Uri } from '@wigwag/core/wire';
import type { Identity } from '../session/identity.js';
import type { ConnectionFacts } from './facts.js';
import type { CallProcedure } from './procedure-caller.js';

/** What an authenticator knows of who wants to join. */
export interface Attempt extends ConnectionFacts {
  readonly realm: Uri;
  /** HELLO.Details, unchecked. */
  readonly details: Dict;
  /** The connection, for logs. */
  readonly peer: string;
  /** The id that the session will have if it is let in; challenges name it, so that they fit no other session. */
  readonly session: Id;
  /** Bytes that only the two ends of this connection know; `undefined` where the transport cannot tell. */
  readonly channelId: (type: ChannelBinding) => Uint8Array | undefined;
  /** Asks the application, by one of its WAMP procedures. */
  readonly call: CallProcedure;
}

/** An authenticator's answer: yes, no, or a question whose answer decides. */
export type Verdict =
  | {
      readonly type: 'accepted';
      readonly identity: Identity;
      /** WELCOME.Details.authextra */
      readonly extra?: Dict;
      /** Milliseconds after which the session ends with GOODBYE `wigwag.close.expired`. Default: it does not. */
      readonly lifetime?: number;
    }
  | { readonly type: 'refused'; readonly reason: Uri; readonly message: string }
  | {
      readonly type: 'challenge';
      /** CHALLENGE.Extra */
      readonly extra: Dict;
      /** Judges AUTHENTICATE; asked once at most, so a challenge has one answer. */
      answer(signature: string, extra: Dict): Verdict | Promise<Verdict>;
    };

/** The port that every authentication method implements. One that throws refuses, and the router reports the error. */
export interface Authenticator {
  /** The name in HELLO.Details.authmethods. */
  readonly method: string;
  begin(attempt: Attempt): Verdict | Promise<Verdict>;
}
