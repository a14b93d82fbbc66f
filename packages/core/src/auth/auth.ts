import type { Challenge, Dict } from '../wire/messages.js';

/** What HELLO says of the one who joins. */
export interface Identity {
  readonly authid?: string | undefined;
  readonly authextra?: Dict | undefined;
}

/** What AUTHENTICATE carries. */
export interface Proof {
  readonly signature: string;
  readonly extra?: Dict;
}

/**
 * The client's half of one authentication method (spec: "Authentication Methods"). The object is made once and asked
 * at every join, so credentials that expire are fetched anew.
 */
export interface Auth {
  /** As announced in HELLO.Details.authmethods and named by CHALLENGE. */
  readonly method: string;
  /** Asked before HELLO. */
  identify?(): Identity | Promise<Identity>;
  /** Answers a CHALLENGE of this method. A rejection ends the attempt to join and is its error's cause. */
  prove?(challenge: Challenge): Proof | Promise<Proof>;
}
