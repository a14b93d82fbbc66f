import { ErrorUri } from '@wigwag/core/wire';
import type { Attempt, Verdict } from './authenticator.js';
import type { Claim } from './users.js';

/** Characters of an authid; what is longer names nobody. */
const MAX_AUTHID = 1024;

type Refused = Extract<Verdict, { type: 'refused' }>;

/** Who HELLO claims to be, or why that cannot be told. */
export function readClaim({ realm, details, peer }: Attempt, method: string): Claim | Refused {
  const { authid } = details;
  if (typeof authid === 'string' && authid !== '' && authid.length <= MAX_AUTHID) {
    return { realm, authid, method, details, peer };
  }
  const message = `the method ${method} needs HELLO.Details.authid, text of 1 to ${MAX_AUTHID} characters`;
  return { type: 'refused', reason: ErrorUri.AUTHENTICATION_REQUIRED, message };
}

/** The one answer to a wrong secret, an unknown user and a user without that method: nothing tells them apart. */
export function denied(): Refused {
  const message = 'the credentials were not accepted: check the authid and its secret';
  return { type: 'refused', reason: ErrorUri.AUTHENTICATION_DENIED, message };
}
