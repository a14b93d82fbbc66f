import type { Auth, Identity, Join, Proof } from '../auth/auth.js';
import { Code } from '../wire/codes.js';
import { CREDIT } from '../wire/credit.js';
import { ErrorUri } from '../wire/error-uris.js';
import { EVENT_ACKNOWLEDGEMENT, GAP, roles } from '../wire/features.js';
import type { Challenge, Dict, Hello, Uri } from '../wire/messages.js';
import { WampError } from './errors.js';

/** What this side can do, role by role (spec: "Client: Role and Feature Announcement"): no more than is implemented. */
export const clientRoles = roles({
  publisher: [
    'payload_passthru_mode',
    'publisher_exclusion',
    'publisher_identification',
    'subscriber_blackwhite_listing',
    EVENT_ACKNOWLEDGEMENT,
  ],
  subscriber: [
    'pattern_based_subscription',
    'payload_passthru_mode',
    'publisher_identification',
    'subscription_revocation',
    EVENT_ACKNOWLEDGEMENT,
    GAP,
  ],
  caller: [
    'call_canceling',
    'call_timeout',
    'caller_identification',
    'payload_passthru_mode',
    'progressive_call_invocations',
    'progressive_call_results',
    'sharded_registration',
    CREDIT,
  ],
  callee: [
    'call_canceling',
    'call_reroute',
    'call_timeout',
    'call_trustlevels',
    'caller_identification',
    'pattern_based_registration',
    'payload_passthru_mode',
    'progressive_call_invocations',
    'progressive_call_results',
    'registration_revocation',
    'sharded_registration',
    'shared_registration',
    CREDIT,
  ],
});

/** HELLO, with what each authentication method has to say of who joins. */
export async function makeHello(realm: Uri, auth: readonly Auth[]): Promise<Hello> {
  const identities: Identity[] = await Promise.all(auth.map(async (method) => (await method.identify?.()) ?? {}));
  const authid = identities.find((identity) => identity.authid !== undefined)?.authid;
  const authextra = mergeExtras(identities.map((identity) => identity.authextra ?? {}));
  return {
    code: Code.HELLO,
    realm,
    details: {
      agent: 'wigwag',
      roles: clientRoles,
      ...(auth.length > 0 && { authmethods: auth.map(({ method }) => method) }),
      ...(authid !== undefined && { authid }),
      ...(Object.keys(authextra).length > 0 && { authextra }),
    },
  };
}

/** One `authextra` for all methods: what one of them says is not taken back by the null of another. */
function mergeExtras(extras: readonly Dict[]): Dict {
  const entries = extras.flatMap((extra) => Object.entries(extra));
  const [said, nulls] = [entries.filter(([, value]) => value !== null), entries.filter(([, value]) => value === null)];
  return Object.fromEntries([...nulls, ...said]);
}

/** Whether every method that may be used makes the router prove itself too. */
export function isMutual(auth: readonly Auth[]): boolean {
  return auth.length > 0 && auth.every(({ mutual = false }) => mutual);
}

/** The answer to CHALLENGE. @throws WampError when no method of ours was asked for */
export async function proveIdentity(challenge: Challenge, auth: readonly Auth[], join: Join): Promise<Proof> {
  const method = auth.find((candidate) => candidate.method === challenge.method);
  if (!method?.prove) {
    const offered = auth.map((candidate) => candidate.method).join(', ') || 'none';
    throw new WampError(ErrorUri.NO_MATCHING_AUTH_METHOD, [
      `the router asks for "${challenge.method}" and this client offers: ${offered}`,
    ]);
  }
  return method.prove(challenge, join);
}
