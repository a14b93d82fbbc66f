import type { AllRoles } from '../session/all-roles.js';
import type { RegisterRequest } from '../session/callee.js';
import type { CallRequest, StreamRequest } from '../session/caller.js';
import type { ConfirmedRequest } from '../session/confirmation.js';
import type { Disposing } from '../session/disposing.js';
import type { HistoryRequest } from '../session/history.js';
import type { PublishRequest } from '../session/publisher.js';
import type { SessionOptions } from '../session/role-session.js';
import type { SubscribeRequest } from '../session/subscriber.js';
import type { Uri } from '../wire/messages.js';
import type { BackoffOptions } from './backoff.js';
import type { Watch } from './probe.js';
import type { ClientState, Retry } from './state.js';
import type { Recover } from './subscribing.js';
import type { WaitingRoom } from './waiting.js';
import type { WantedKind } from './wanted.js';

/** What becomes of a request made while there is no session: rejected with OfflineError, or sent once there is one. */
export type Offline = 'fail' | 'wait';

/** Options of any client; `settle` has the defaults. */
export interface BaseClientOptions extends SessionOptions {
  /** When to try (again) to connect. Default `lost`: reconnect for ever, but let the first attempt fail. */
  readonly retry?: Retry | undefined;
  /** The waits between attempts. Default: full jitter over 500 ms, doubling up to 30 s. */
  readonly backoff?: BackoffOptions | undefined;
  /** Default `fail`; each request can have its own. `wait` needs `waiting`. */
  readonly offline?: Offline | undefined;
  /** Where requests wait for a session: `waiting()`. Default in Node that, in a page none, and then none can wait. */
  readonly waiting?: (() => WaitingRoom) | undefined;
  /** Milliseconds that one attempt to connect and join may take. Default 20 000. */
  readonly connectTimeout?: number | undefined;
  /**
   * How a router that is silent is found out. Default in Node `heartbeat()`: after 20 s of silence, with 10 s to answer.
   * A page cannot ping, and leaves that to the router; it asks, by a request, when it comes back to life itself.
   */
  readonly heartbeat?: Watch | undefined;
  /** A source of numbers in [0, 1), for the jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Options of a client that plays all roles. */
export interface ClientOptions extends BaseClientOptions {
  /** What fetches the events that were missed while there was no session: `recovery()`. Default in Node that, in a page none. */
  readonly recovery?: Recover<AllRoles> | undefined;
}

/** Options of a client with nothing left open. */
export type SettledOptions = BaseClientOptions & {
  readonly [Name in 'retry' | 'offline' | 'connectTimeout']: NonNullable<BaseClientOptions[Name]>;
};

/** Fills in the defaults, for what is undefined too. */
export function settle(options: BaseClientOptions): SettledOptions {
  const { retry = 'lost', offline = 'fail', connectTimeout = 20_000 } = options;
  return { ...options, retry, offline, connectTimeout };
}

/** What requests of a client have beside what they have in a session. */
export interface MayWait {
  /** Overrides the client's `offline` for this request. */
  readonly offline?: Offline | undefined;
}
export interface ClientPublishOptions extends PublishRequest, MayWait {}
export interface ClientConfirmedOptions extends ConfirmedRequest, MayWait {}
/** Options of `subscribe` where nothing can be recovered. */
export interface SubscriberClientOptions extends SubscribeRequest, MayWait {}
export interface ClientSubscribeOptions extends SubscriberClientOptions {
  /**
   * Whether events that are published while there is no session are asked of the router's history afterwards, and come
   * before what is published then (docs/history.md). True: or else subscribing fails. False: never. Default: where the
   * router keeps the events of all these topics. Needs the client's option `recovery`.
   */
  readonly recover?: boolean;
}
export interface ClientEventsOptions extends ClientSubscribeOptions {
  /** How many events may wait to be read; one more ends the stream with StreamOverflowError. Default 1 000. */
  readonly limit?: number | undefined;
}
export interface ClientHistoryOptions extends HistoryRequest, MayWait {}
/** A call that waits for a session waits at most `timeout`; once sent, `timeout` counts anew. */
export interface ClientCallOptions extends CallRequest, MayWait {}
export interface ClientStreamOptions extends StreamRequest, MayWait {}
export interface ClientRegisterOptions extends RegisterRequest, MayWait {}

/** A subscription that survives reconnects. */
export interface ClientSubscription extends Disposing {
  readonly topic: Uri;
  /** The router's id of it in the present session; 0 while there is none. */
  readonly id: number;
  /** Whether what is published while there is no session comes afterwards; see the option `recover`. */
  readonly recovers: boolean;
  /** Ends it for this handler, offline too. */
  unsubscribe(): Promise<void>;
}

/** A registration that survives reconnects. */
export interface ClientRegistration extends Disposing {
  readonly procedure: Uri;
  /** The router's id of it in the present session; 0 while there is none. */
  readonly id: number;
  /** Ends it, offline too. Calls in progress are still answered. */
  unregister(): Promise<void>;
}

/** What could not be opened again after a reconnect. It stays wanted, and the next reconnect tries again. */
export interface RestoreFailure {
  readonly kind: WantedKind;
  /** The topic or procedure. */
  readonly uri: Uri;
  readonly error: unknown;
}

/** What a client emits. */
export interface ClientEvents {
  /** After each change of state. */
  readonly state: ClientState;
  /** Without a listener, it goes to `onError`. */
  readonly restoreFailed: RestoreFailure;
}
