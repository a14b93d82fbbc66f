import type { Dict, Id, Roles, Uri, Welcome } from '@wigwag/core/wire';
import {
  CONFIRMATIONS,
  Code,
  CREDIT,
  EVENT_ACKNOWLEDGEMENT,
  IDEMPOTENT,
  INVOKE_ALL,
  INVOKE_LOAD,
  roles,
} from '@wigwag/core/wire';
import type { Identity } from './identity.js';
import type { PaceLimits } from './pace.js';

/** What is announced only where it is configured. */
export interface Configured {
  readonly history: boolean;
  readonly reflection: boolean;
}

/** What a router can do, role by role (spec: "Router: Role and Feature Announcement"): what is finished, no more. */
export function routerRoles({ history, reflection }: Configured): Roles {
  const announced = roles({
    broker: [
      ...(history ? ['event_history'] : []),
      'event_retention',
      'pattern_based_subscription',
      'publication_trustlevels',
      'payload_passthru_mode',
      'publisher_exclusion',
      'publisher_identification',
      'session_meta_api',
      'sharded_subscription',
      'subscriber_blackwhite_listing',
      'subscription_meta_api',
      'subscription_revocation',
      EVENT_ACKNOWLEDGEMENT,
      CONFIRMATIONS,
    ],
    dealer: [
      'call_canceling',
      'call_reroute',
      'call_timeout',
      'call_trustlevels',
      'caller_identification',
      'pattern_based_registration',
      'payload_passthru_mode',
      'progressive_call_invocations',
      'progressive_call_results',
      'registration_meta_api',
      'registration_revocation',
      'session_meta_api',
      'sharded_registration',
      'shared_registration',
      'testament_meta_api',
      CREDIT,
      IDEMPOTENT,
      INVOKE_ALL,
      INVOKE_LOAD,
    ],
  });
  const { broker, dealer } = announced;
  // Not among the features: the specification has it beside them.
  return reflection && broker && dealer
    ? { broker: { ...broker, reflection }, dealer: { ...dealer, reflection } }
    : announced;
}

/** What WELCOME tells of the router beside who the session is. */
export interface Announced {
  readonly roles: Roles;
  readonly maxMessageSize: number;
  readonly pace: Pick<PaceLimits, 'maxMessageRate' | 'maxByteRate'>;
}

/**
 * WELCOME. What a client can heed is announced (ours): `_max_message_size` in bytes, so that it can refuse to send what
 * would end its session; `_rawsocket_ping`, that it takes pings over RawSocket, on which others hang up; and where there
 * are such limits `_max_message_rate` and `_max_byte_rate`, per second.
 */
export function makeWelcome(
  session: Id,
  realm: Uri,
  identity: Identity,
  { roles, maxMessageSize, pace: { maxMessageRate, maxByteRate } }: Announced,
  authextra?: Dict,
): Welcome {
  const { authid, authrole, authmethod, authprovider } = identity;
  return {
    code: Code.WELCOME,
    session,
    details: {
      agent: 'wigwag-router',
      roles,
      realm,
      authid,
      authrole,
      authmethod,
      authprovider,
      ...(authextra && { authextra }),
      _max_message_size: maxMessageSize,
      _rawsocket_ping: true,
      ...(maxMessageRate < Number.POSITIVE_INFINITY && { _max_message_rate: maxMessageRate }),
      ...(maxByteRate < Number.POSITIVE_INFINITY && { _max_byte_rate: maxByteRate }),
    },
  };
}
