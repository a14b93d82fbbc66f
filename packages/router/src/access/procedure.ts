import { WampError } from '@wigwag/core/session';
import type { Dict, Setting, Uri } from '@wigwag/core/wire';
import { ErrorUri, needed } from '@wigwag/core/wire';
import { requireSettings } from '../settings.js';
import type { CheckCookies } from './cookie.js';
import { readUser } from './read-user.js';
import { uriSetting } from './settings.js';
import type { CheckTicket } from './ticket.js';
import type { Claim, User, Users } from './users.js';

/** Where a procedure of the application is that knows who may log in. */
export interface ProcedureOptions {
  /**
   * Called with the realm that is to be joined, the authid that is claimed, and what else is known: `authmethod`, `peer`,
   * `authextra`, and by method `ticket`, `pubkey`, `cookies` (a dictionary) or `certificate` (`names`, `fingerprint`,
   * `serial_number`, `valid_to`). It answers with a user, or with null where there is none.
   */
  readonly procedure: Uri;
  /** The realm that it is registered in. Default: the one that is to be joined. */
  readonly realm?: Uri;
}

const settings: Readonly<Record<keyof ProcedureOptions, Setting>> = {
  procedure: needed(uriSetting),
  realm: uriSetting,
};

/** @throws TypeError for options that are mistaken */
export function requireProcedure(options: unknown): void {
  requireSettings(settings, options);
}

/**
 * Users that a WAMP procedure finds (spec: "Dynamic Authentication"): `wampcra({ users: usersByProcedure({ … }) })`, and
 * the same with every method. While the procedure is not there, nobody logs in.
 * @param lookalikes as in `Users`
 * @throws TypeError for options that are mistaken, as the next two do
 */
export function usersByProcedure(options: ProcedureOptions, lookalikes: readonly User[] = []): Users {
  requireProcedure(options);
  return {
    provider: 'dynamic',
    find: (claim) => ask(options, claim, { ...keyOf(claim), ...certificateOf(claim) }),
    lookalikes,
  };
}

/** Tickets that a WAMP procedure judges: `ticket({ check: ticketByProcedure({ … }) })`. */
export function ticketByProcedure(options: ProcedureOptions): CheckTicket {
  requireProcedure(options);
  return (ticket, claim) => ask(options, claim, { ticket });
}

/** Cookies that a WAMP procedure judges: `cookie({ check: cookiesByProcedure({ … }) })`. */
export function cookiesByProcedure(options: ProcedureOptions): CheckCookies {
  requireProcedure(options);
  return (cookies, claim) => ask(options, claim, { cookies: Object.fromEntries(cookies) });
}

function keyOf({ publicKey }: Claim): Dict {
  return publicKey === undefined ? {} : { pubkey: publicKey };
}

function certificateOf(claim: Claim): Dict {
  const certificate = claim.method === 'tls' ? claim.certificate() : undefined;
  if (!certificate) return {};
  const { names, fingerprint, serialNumber, validTo } = certificate;
  return { certificate: { names, fingerprint, serial_number: serialNumber, valid_to: validTo } };
}

/** Errors by which a procedure says no; any other is a failure, and reported. */
const denials: ReadonlySet<string> = new Set([
  ErrorUri.AUTHENTICATION_DENIED,
  ErrorUri.AUTHENTICATION_FAILED,
  ErrorUri.NOT_AUTHORIZED,
  ErrorUri.NO_SUCH_PRINCIPAL,
]);

/** @throws TypeError for an answer that is no user */
async function ask({ procedure, realm }: ProcedureOptions, claim: Claim, more: Dict): Promise<User | undefined> {
  const { authid, method, peer, details } = claim;
  const known: Dict = { authmethod: method, peer, authextra: details.authextra ?? null, ...more };
  try {
    const answer = await claim.call(procedure, [claim.realm, authid, known], realm ?? claim.realm);
    return readUser(answer, `the procedure ${procedure}`);
  } catch (error) {
    if (error instanceof WampError && denials.has(error.uri)) return undefined;
    throw error;
  }
}
