import { ErrorUri } from '@wigwag/core/wire';
import type { Attempt, Verdict } from './authenticator.js';
import type { Claim } from './users.js';

/** Characters of an authid; what is longer names nobody. */
const MAX_AUTHID = 1024;

type Refused = Extract<Verdict, { type: 'refused' }>;

/**
 * Who HELLO claims to be, or why that cannot be told.
 * @param least characters of the authid: 0 where it may be left off
 */
export function readClaim(
  { realm, details, peer, certificate, cookies, call }: Attempt,
  method: string,
  least = 1,
): Claim | Refused {
  const { authid = '' } = details;
  if (typeof authid === 'string' && authid.length >= least && authid.length <= MAX_AUTHID) {
    return { realm, authid, method, details, peer, certificate, cookies, call };
  }
  const message = `the method ${method} needs HELLO.Details.authid, text of ${least} to ${MAX_AUTHID} characters`;
  return { type: 'refused', reason: ErrorUri.AUTHENTICATION_REQUIRED, message };
}

/** The one answer to a wrong secret, an unknown user and a user without that method: nothing tells them apart. */
export function denied(): Refused {
  const message = 'the credentials were not accepted: check the authid and its secret';
  return { type: 'refused', reason: ErrorUri.AUTHENTICATION_DENIED, message };
}
