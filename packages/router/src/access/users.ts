import type { ScramCredential } from '@wigwag/core/auth';
import type { Dict, Uri } from '@wigwag/core/wire';
import { isDict, kindOf } from '@wigwag/core/wire';
import type { ConnectionFacts } from './facts.js';
import type { CallProcedure } from './procedure-caller.js';
import { requireUser } from './read-user.js';

/** Who somebody claims to be, before anything is proven. */
export interface Claim extends ConnectionFacts {
  readonly realm: Uri;
  /** Empty where none was claimed and the method does without: a key or a token may say who it is. */
  readonly authid: string;
  /** Cryptosign only: the public key, whose possession is still to be proven; 32 bytes in lower-case hex. */
  readonly publicKey?: string;
  /** The authentication method that asks. */
  readonly method: string;
  /** HELLO.Details, unchecked. */
  readonly details: Dict;
  /** The connection, for logs. */
  readonly peer: string;
  /** Asks the application, by one of its WAMP procedures. */
  readonly call: CallProcedure;
}

/**
 * The secret that a user shares with WAMP-CRA. Where `salt` stands, `secret` is what `wampcraKey` makes of the
 * password, so that the router never holds the password itself (spec: "Password Salting").
 */
export interface WampcraCredential {
  readonly secret: string;
  readonly salt?: string;
  /** Rounds of PBKDF2. Default 1 000. */
  readonly iterations?: number;
  /** Bytes of the derived key. Default 32. */
  readonly keylen?: number;
}

/** What `scramCredential` of `@wigwag/core/auth` makes of a password (spec: "Data Stored on the Server"). */
export type { ScramCredential };

/** One who may log in: whom the session then acts as, and by which method it is proven. */
export interface User {
  readonly authrole: string;
  /**
   * Whom the session acts as. Default: the authid that was claimed. Challenges of WAMP-CRA name it, so there another
   * one tells that the user exists.
   */
  readonly authid?: string;
  /** When the session ends, if it has not by then: milliseconds since 1970. Default: never. */
  readonly expires?: number;
  readonly ticket?: string;
  readonly wampcra?: WampcraCredential;
  readonly scram?: ScramCredential;
  /** Public keys, Ed25519, 32 bytes in hex each. */
  readonly cryptosign?: readonly string[];
  /**
   * Client certificates: `any` that is in the authid's name, among those that the listener trusts; or those alone whose
   * SHA-256 fingerprints these are, in hex, in whoever's name.
   */
  readonly tls?: 'any' | readonly string[];
}

/**
 * The port to where users are kept: a table, a function of the application, a WAMP procedure (`staticUsers`, any
 * function in `find`, `usersByProcedure`).
 */
export interface Users {
  /** Named in WELCOME.Details.authprovider: `static`, `dynamic`, … */
  readonly provider: string;
  /** `undefined` when there is no such user in that realm, or it may not use that method. A throw refuses. */
  find(claim: Claim): User | undefined | Promise<User | undefined>;
  /**
   * Users whose looks (role, salt's cost) strangers are given in challenges, so that nobody learns who exists. Which
   * one is settled by the authid, so it stays the same. Default: none, and a stranger looks like a user with the role
   * `user` and the method's defaults.
   */
  readonly lookalikes?: readonly User[];
}

/**
 * A table of users, by authid; the same in every realm. A key without an authid finds the user whom it belongs to.
 * @throws TypeError that names the user who is none, and what is wrong
 */
export function staticUsers(table: Readonly<Record<string, User>>): Users {
  if (!isDict(table))
    throw new TypeError(`users must be an object with each under its authid, and are ${kindOf(table)}`);
  const users = new Map(Object.entries(table));
  const owners = new Map<string, User>();
  for (const [authid, user] of users) {
    requireUser(user, authid);
    for (const key of user.cryptosign ?? []) owners.set(key.toLowerCase(), { authid, ...user });
  }
  return {
    provider: 'static',
    find: ({ authid, publicKey }) =>
      authid === '' && publicKey !== undefined ? owners.get(publicKey) : users.get(authid),
    lookalikes: [...users.values()],
  };
}
