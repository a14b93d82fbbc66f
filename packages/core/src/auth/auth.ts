import type { Challenge, Dict, Hello, Welcome } from '../wire/messages.js';

/** What HELLO says of the one who joins. */
export interface Identity {
  readonly authid?: string | undefined;
  readonly authextra?: Dict | undefined;
}

/** What AUTHENTICATE carries, and what is expected in return. */
export interface Proof {
  readonly signature: string;
  readonly extra?: Dict;
  /**
   * Checks that WELCOME comes from a router that knows the secret too; what it returns ends the attempt to join. The
   * session is not joined before.
   */
  readonly verify?: Verify;
}

/** @returns what is wrong with a WELCOME, if anything */
export type Verify = (welcome: Welcome) => Error | undefined;

/** The types of channel binding that the specification names (RFC 9266, RFC 5929). */
export type ChannelBinding = 'tls-exporter' | 'tls-unique';

/** One attempt to join, as a method sees it; whatever a method has to remember from HELLO to AUTHENTICATE is in here. */
export interface Join {
  /** As it was sent. */
  readonly hello: Hello;
  /** Bytes that only the two ends of this connection know; `undefined` where the transport cannot tell. */
  readonly channelId: (type: ChannelBinding) => Uint8Array | undefined;
}

/**
 * The client's half of one authentication method (spec: "Authentication Methods"). The object is made once and asked
 * at every join, so credentials that expire are fetched anew; it keeps nothing between the calls.
 */
export interface Auth {
  /** As announced in HELLO.Details.authmethods and named by CHALLENGE. */
  readonly method: string;
  /**
   * Whether the router proves itself too. A client with such methods alone takes no WELCOME that nobody verified.
   * Default false.
   */
  readonly mutual?: boolean;
  /** Asked before HELLO. */
  identify?(): Identity | Promise<Identity>;
  /** Answers a CHALLENGE of this method. A rejection ends the attempt to join and is its error's cause. */
  prove?(challenge: Challenge, join: Join): Proof | Promise<Proof>;
}
