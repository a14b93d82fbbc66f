import type { HeartbeatOptions } from '@wigwag/core/transport';
import type { Serializer, Uri, UriRule } from '@wigwag/core/wire';
import type { Authenticator } from './access/authenticator.js';
import type { Clock } from './clock.js';
import type { DisclosureRule } from './disclosure.js';
import type { Fabric } from './fabric/fabric.js';
import type { Admit } from './session/admission.js';
import type { OnOverflow } from './session/outbound.js';
import type { HistoryRule } from './store/rules.js';
import type { HistoryStore } from './store/store.js';
import type { TrustLevel } from './trust.js';

/** Bounds of a router; each has a default, and none can be switched off. */
export interface Limits {
  /** Bytes of one message; announced in WELCOME as `_max_message_size`. Default 8 MiB. */
  readonly maxMessageSize?: number;
  /**
   * Bytes of one message before WELCOME, HELLO and AUTHENTICATE: what anybody may send, and what is kept of a session
   * as long as it lives. Default 32 KiB.
   */
  readonly maxHelloSize?: number;
  /**
   * Bytes that may wait for one client to read them, the socket's own buffer included; `onOverflow` says what becomes
   * of a client that lets more pile up. Default 16 MiB, two of the largest messages.
   */
  readonly maxOutbound?: number;
  /**
   * Bytes that may wait for one client to read them before a call that streams to it is ended, the client itself being
   * left alone; what is left up to `maxOutbound` is for all else. Default: half of `maxOutbound`.
   */
  readonly maxStreamOutbound?: number;
  /**
   * Bytes that may wait in the queues of all sessions together, counted for each that they wait for; above it those with
   * the longest queues are ended, logged and counted as dropped. Default 512 MiB.
   */
  readonly maxQueuedTotal?: number;
  /** Levels that lists and dictionaries of one message may be nested, for the default `serializers`. Default 100, at most 1 000. */
  readonly maxDepth?: number;
  /** Bytes of one client that may wait behind an asynchronous stage before its socket is left unread. Default 1 MiB. */
  readonly maxInbound?: number;
  /** Milliseconds that a socket is left unread for that before its session is closed. Default 30 000. */
  readonly maxPause?: number;
  /**
   * Messages that one session may send per second, in bursts of as many. One that sends more is read more slowly;
   * announced in WELCOME as `_max_message_rate`. Default: as many as its fair share of the router allows.
   */
  readonly maxMessageRate?: number;
  /** Bytes that one session may send per second, likewise; announced as `_max_byte_rate`. */
  readonly maxByteRate?: number;
  /** Milliseconds that a session may press against these rates before it is sent ABORT. Default 10 000. */
  readonly maxOverRate?: number;
  /** Characters of a URI. Default 1 024. */
  readonly maxUriLength?: number;
  /** Components of a wildcard pattern, each of which takes a place in the table of patterns. Default 32. */
  readonly maxWildcardComponents?: number;
  /** Topics of one realm that have retained events. Default 10 000. */
  readonly maxRetained?: number;
  /** Retained events of one topic, where not all of them are for everybody. Default 16. */
  readonly maxRetainedPerTopic?: number;
  /** Bytes of the retained events of one realm; beyond it the topic that was silent longest is forgotten. Default 64 MiB. */
  readonly maxRetainedBytes?: number;
  /** Events in one answer of `wamp.subscription.get_events`. Default 1 000. */
  readonly maxHistoryPage?: number;
  /** Bytes of the events in one such answer; a single event is given whatever its size. Default 1 MiB. */
  readonly maxHistoryPageBytes?: number;
  /** Publications of one session whose confirmations can be asked for; the oldest is forgotten. Default 1 000. */
  readonly maxConfirmations?: number;
  /** Sessions of one realm whose confirmations are awaited, those of all publications together. Default 100 000. */
  readonly maxConfirmers?: number;
  /** Milliseconds that a publication's confirmations can be asked for. Default 60 000. */
  readonly confirmationTime?: number;
  /** Topics and patterns that one session may be subscribed to. Default 10 000. */
  readonly maxSubscriptions?: number;
  /** Procedures and patterns that one session may serve. Default 10 000. */
  readonly maxRegistrations?: number;
  /** Callees that may share a procedure with `invoke: "all"`, and that one call then goes to. Default 1 000. */
  readonly maxSurveyCallees?: number;
  /**
   * Calls of one session that await their result; also how many of its calls in parts are remembered when they are
   * over, for parts that come late. Default 10 000.
   */
  readonly maxPendingCalls?: number;
  /** Calls of one registration that may wait for a callee (REGISTER.Options.concurrency). Default 1 000. */
  readonly maxQueuedCalls?: number;
  /**
   * Bytes of the calls of one realm that wait for callees, or are kept because they may have to go to another, some
   * bytes for each call included; a call that finds no room goes to one callee only. Default 64 MiB.
   */
  readonly maxQueuedBytes?: number;
  /**
   * Times that a call which is safe to repeat (REGISTER.Options._idempotent) is made again after its callee was lost; one
   * that lost so many may be the reason. Default 3.
   */
  readonly maxReruns?: number;
  /** Bytes, roughly, that `wamp.session.modify_details` may add to one session's details. Default 16 KiB. */
  readonly maxSessionDetails?: number;
  /** Testaments that one session may have, of both scopes together. Default 100. */
  readonly maxTestaments?: number;
  /** Bytes, roughly, of the testaments of one session. Default 256 KiB. */
  readonly maxTestamentBytes?: number;
  /**
   * Connections of one address, of one network of 2^64 addresses in IPv6. Default 32 768, about as many as an address
   * has ports for: lower it to what those behind one address need.
   */
  readonly maxConnectionsPerAddress?: number;
  /** Logins that are judged at a time; the others wait their turn. Default 64. */
  readonly maxVerifications?: number;
  /**
   * Milliseconds that who is refused a login waits for the answer, so that guessing takes time, and a storm of logins
   * keeps itself waiting. Default 0: none.
   */
  readonly refusalDelay?: number;
  /** Topics, procedures and errors that one session may define for reflection. Default 1 000. */
  readonly maxDefinitions?: number;
  /** Bytes, roughly, of what one session defines. Default 256 KiB. */
  readonly maxDefinitionBytes?: number;
  /** Entries in one answer of a meta procedure that lists; longer lists come in pages. Default 10 000. */
  readonly maxListed?: number;
  /** Milliseconds from a connection to the end of its handshake (TLS, HTTP, RawSocket), and from there to WELCOME. Default 10 000. */
  readonly handshakeTimeout?: number;
  /** Milliseconds that the router waits for the answer to its GOODBYE, or to a close frame. Default 2 000. */
  readonly goodbyeTimeout?: number;
}

/** Who is named to whom; `DisclosureRule` says what each rule means. */
export interface Disclosure {
  /** Publishers to subscribers. Default `allow`. */
  readonly publishers?: DisclosureRule;
  /** Callers to callees. Default `allow`. */
  readonly callers?: DisclosureRule;
}

/** How far the router trusts those who act; the level is told to those who see it. */
export interface TrustLevels {
  /** `trustlevel` in EVENT.Details (spec: "Publication Trust Levels"). Default: nothing is said. */
  readonly publishers?: TrustLevel;
  /** `trustlevel` in INVOCATION.Details (spec: "Call Trust Levels"). Default: nothing is said. */
  readonly callers?: TrustLevel;
}

/** How fast sessions of one role may send; what is left off is as in `Limits`. */
export type Rates = Pick<Limits, 'maxMessageRate' | 'maxByteRate' | 'maxOverRate'>;

/** Options of a router; without any it serves realm `realm1` to anonymous sessions, from memory. */
export interface RouterOptions {
  /** Default `['realm1']`. */
  readonly realms?: readonly Uri[];
  readonly limits?: Limits;
  /** How fast sessions may send, by their role. Default: as `limits` say. */
  readonly rates?: Readonly<Record<string, Rates>>;
  /** How silent peers are found out. */
  readonly heartbeat?: Partial<HeartbeatOptions>;
  /** What clients may speak. Default JSON, CBOR and MessagePack. */
  readonly serializers?: readonly Serializer[];
  /** What URIs must look like. Default `loose` (spec: "URIs"). */
  readonly uris?: UriRule;
  /** What connects routers. Default `memoryFabric()`: this process alone. */
  readonly fabric?: Fabric;
  /** How clients prove who they are. Default `[anonymous()]`. */
  readonly authenticators?: readonly Authenticator[];
  /**
   * Who may do what (`byRole`, `rules`, `authorizer`). Default: everything for sessions of this process and, where no
   * `authenticators` are given either, for clients on this machine; nothing for anybody else.
   */
  readonly authorization?: Admit;
  /** Asked for what `authorization` allows, before anything is done for a session. Default: nothing more is asked. */
  readonly admit?: Admit;
  /** Whether who acts is named to who sees it. Default: where they ask for it. */
  readonly disclosure?: Disclosure;
  readonly trustLevels?: TrustLevels;
  /**
   * Of which topics events are kept, so that clients can ask for what they missed (spec: "Event History"). Default: of
   * none.
   */
  readonly history?: readonly HistoryRule[];
  /** Where they are kept. Default `memoryHistory()`: as long as this process lives. */
  readonly historyStore?: HistoryStore;
  /** Whether sessions may describe their topics, procedures and errors to each other (spec: "Interface Reflection"). Default true. */
  readonly reflection?: boolean;
  /**
   * What becomes of a client that reads too slowly. Default `disconnect`: its session is ended. `drop`: events that take
   * more than half of `maxOutbound` are dropped and counted, and those who announced `_gap`, as our clients do, are told
   * how many; what is no event is still bounded by the session's end.
   */
  readonly onOverflow?: OnOverflow;
  /** For tests. Default: the host's. */
  readonly clock?: Clock;
  /** Numbers in [0, 1), for `invoke: "random"`. Default `Math.random`. */
  readonly random?: () => number;
}

/** The defaults of `Limits`. */
export const defaultLimits: Required<Limits> = {
  maxMessageSize: 8 * 2 ** 20,
  maxHelloSize: 32 * 2 ** 10,
  maxOutbound: 16 * 2 ** 20,
  maxStreamOutbound: 8 * 2 ** 20,
  maxQueuedTotal: 512 * 2 ** 20,
  maxDepth: 100,
  maxInbound: 2 ** 20,
  maxPause: 30_000,
  maxMessageRate: Number.POSITIVE_INFINITY,
  maxByteRate: Number.POSITIVE_INFINITY,
  maxOverRate: 10_000,
  maxUriLength: 1024,
  maxWildcardComponents: 32,
  maxRetained: 10_000,
  maxRetainedPerTopic: 16,
  maxRetainedBytes: 64 * 2 ** 20,
  maxHistoryPage: 1_000,
  maxHistoryPageBytes: 2 ** 20,
  maxConfirmations: 1_000,
  maxConfirmers: 100_000,
  confirmationTime: 60_000,
  maxSubscriptions: 10_000,
  maxRegistrations: 10_000,
  maxSurveyCallees: 1_000,
  maxPendingCalls: 10_000,
  maxQueuedCalls: 1_000,
  maxQueuedBytes: 64 * 2 ** 20,
  maxReruns: 3,
  maxSessionDetails: 16 * 2 ** 10,
  maxTestaments: 100,
  maxTestamentBytes: 256 * 2 ** 10,
  maxConnectionsPerAddress: 32_768,
  maxVerifications: 64,
  refusalDelay: 0,
  maxDefinitions: 1_000,
  maxDefinitionBytes: 256 * 2 ** 10,
  maxListed: 10_000,
  handshakeTimeout: 10_000,
  goodbyeTimeout: 2_000,
};

/** `limits` and the defaults of those that it leaves off. */
export function limitsFrom(limits: Limits = {}): Required<Limits> {
  const maxStreamOutbound = Math.floor((limits.maxOutbound ?? defaultLimits.maxOutbound) / 2);
  return { ...defaultLimits, maxStreamOutbound, ...limits };
}
