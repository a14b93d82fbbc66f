import * as Code from '../wire/codes.js';
import { announces } from '../wire/features.js';
import { isDict } from '../wire/fields.js';
import { isId } from '../wire/ids.js';
import type { Dict, EventDetails, Id, Uri } from '../wire/messages.js';
import { Payload } from '../wire/payload.js';
import type { AllRoles } from './all-roles.js';
import type { CallRequest } from './caller.js';
import { FeatureNotSupportedError } from './errors.js';
import { ReceivedEvent } from './received-event.js';
import { Result } from './result.js';
import type { RoleSession } from './role-session.js';

/** Which of the events that a router has kept (spec: "Event History"); each filter is optional, and all must hold. */
export interface HistoryRequest extends Pick<CallRequest, 'signal' | 'timeout'> {
  /** The last one first. Default false. */
  readonly reverse?: boolean;
  /** How many at most; the router may give fewer. */
  readonly limit?: number;
  /** For a subscription to a pattern: of this topic only. */
  readonly topic?: Uri;
  /** Times are in the form of RFC 3339, as `new Date().toISOString()` gives it. */
  readonly from_time?: string;
  readonly after_time?: string;
  readonly before_time?: string;
  readonly until_time?: string;
  readonly from_publication?: Id;
  readonly after_publication?: Id;
  readonly before_publication?: Id;
  readonly until_publication?: Id;
  /** Ours: leaves out what these sessions published to others than themselves. */
  readonly _not_from?: readonly Id[];
}

/** What was kept of a subscription's events. */
export interface HistoryPage {
  readonly events: readonly ReceivedEvent[];
  /** Whether these are all that meet the filters; `undefined` where the router does not say. */
  readonly complete: boolean | undefined;
  /** What else the router says of its answer; our own router's keys are in docs/history.md. */
  readonly kwargs: Dict;
}

/** What the router has kept of a subscription's events. @throws FeatureNotSupportedError (nothing was sent), and as `Caller.call` does */
export async function readHistory(
  session: RoleSession<AllRoles>,
  subscription: Pick<ReceivedEvent, 'topic'> & { readonly id: Id },
  { signal, timeout, ...filters }: HistoryRequest = {},
): Promise<HistoryPage> {
  if (!announces(session.details, 'broker', 'event_history')) {
    throw new FeatureNotSupportedError('the router keeps no events: it did not announce event_history');
  }
  const answer = await session.roles.caller.call('wamp.subscription.get_events', [subscription.id], {
    kwargs: filters,
    ...(signal && { signal }),
    ...(timeout !== undefined && { timeout }),
  });
  const { args, kwargs } = Result.of(answer);
  // The specification lets one read it either way: the list is the first argument, or the arguments are the list.
  const records: readonly unknown[] = Array.isArray(args[0]) ? args[0] : args;
  return {
    events: records.flatMap((record) => (isDict(record) ? (eventOf(record, subscription.topic, session) ?? []) : [])),
    complete: typeof kwargs.complete === 'boolean' ? kwargs.complete : undefined,
    kwargs,
  };
}

/** `undefined` for what is no event. */
function eventOf(record: Dict, topic: Uri, session: RoleSession<AllRoles>): ReceivedEvent | undefined {
  const { publication, subscription, timestamp, args, kwargs } = record;
  if (!isId(publication)) return undefined;
  // Some routers name the topic beside the details.
  const named = typeof record.topic === 'string' ? { topic: record.topic } : {};
  const details: EventDetails = { ...named, ...(isDict(record.details) ? record.details : {}) };
  const message = {
    code: Code.EVENT,
    subscription: isId(subscription) ? subscription : 0,
    publication,
    details,
    payload: payloadOf(args, kwargs),
  };
  const at = typeof timestamp === 'string' ? timestamp : undefined;
  return new ReceivedEvent(message, details.topic ?? topic, session.interceptors, at);
}

/** An opaque payload stands in the place of the arguments, as it does in a message. */
function payloadOf(args: unknown, kwargs: unknown): Payload | undefined {
  if (typeof args === 'string' || args instanceof Uint8Array) return Payload.ofOpaque(args);
  return Payload.of(Array.isArray(args) ? args : [], isDict(kwargs) ? kwargs : undefined);
}
