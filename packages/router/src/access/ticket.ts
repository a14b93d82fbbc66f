import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Settings } from '@wigwag/core/wire';
import { func, isDict, needed, text } from '@wigwag/core/wire';
import { requireSettings } from '../settings.js';
import { accept } from './accept.js';
import type { Authenticator } from './authenticator.js';
import { denied, readClaim } from './claim.js';
import { usersSetting } from './settings.js';
import type { Claim, User, Users } from './users.js';

/** Who may log in with which ticket: judged by a table of users, or by a function. */
export type TicketOptions =
  | { readonly users: Users }
  | {
      /** Whom the ticket makes of its bearer; `undefined` refuses, and so does a throw, which is reported. */
      readonly check: CheckTicket;
      /** Named in WELCOME.Details.authprovider. Default `dynamic`. */
      readonly provider?: string;
    };

/**
 * Judges a ticket, which only its issuer can read. `claim.authid` is empty where the client claims none: then the user
 * that comes back has to have one.
 */
export type CheckTicket = (ticket: string, claim: Claim) => User | undefined | Promise<User | undefined>;

const byUsers: Settings = { users: usersSetting };
const byFunction: Settings = { check: needed(func), provider: text };

/**
 * A bearer secret, sent as it is (spec: "Ticket-based Authentication"). Who reads it can use it again until it
 * expires: offer it over TLS only.
 * @throws TypeError for options that are mistaken
 */
export function ticket(options: TicketOptions): Authenticator {
  requireSettings(isDict(options) && 'users' in options ? byUsers : byFunction, options);
  // A function may find in the ticket itself whose it is.
  const [check, provider, least] =
    'users' in options
      ? [checkByUsers(options.users), options.users.provider, 1]
      : [options.check, options.provider ?? 'dynamic', 0];
  return {
    method: 'ticket',
    begin(attempt) {
      const claim = readClaim(attempt, 'ticket', least);
      if ('type' in claim) return claim;
      return {
        type: 'challenge',
        extra: {},
        async answer(signature) {
          const user = await check(signature, claim);
          if (!user) return denied();
          return accept({ user, authid: claim.authid, method: 'ticket', provider });
        },
      };
    },
  };
}

/** Looks for the user only when the ticket is there, and compares whether or not one was found. */
function checkByUsers(users: Users): CheckTicket {
  const secret = randomBytes(32);
  // Equal in length whatever is compared, so that not even the length of the right ticket shows.
  const seal = (text: string) => createHmac('sha256', secret).update(text).digest();
  return async (ticket, claim) => {
    const user = await users.find(claim);
    const known = user?.ticket !== undefined;
    const right = timingSafeEqual(seal(user?.ticket ?? ''), seal(ticket));
    return known && right ? user : undefined;
  };
}
