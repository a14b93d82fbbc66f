import type * as Code from './codes.js';
import type { Payload } from './payload.js';

/** A WAMP id: an integer from 1 to 2^53 (spec: "Identifiers"). */
export type Id = number;
/** A WAMP URI; which rule it must meet depends on where it stands (see `uri.ts`). */
export type Uri = string;
/** A dictionary of options or details: keys that are not named here pass through untouched. */
export type Dict = Readonly<Record<string, unknown>>;

export type Match = 'exact' | 'prefix' | 'wildcard';
/** How a procedure's callees share its calls (spec: "Shared Registration"); `load` and `all` are ours. */
export type Invoke = 'single' | 'roundrobin' | 'random' | 'first' | 'last' | 'load' | 'all';
export type CancelMode = 'skip' | 'kill' | 'killnowait';

/** PUBLISH.Options; every named key is validated on receipt. */
export interface PublishOptions extends Dict {
  readonly acknowledge?: boolean | undefined;
  readonly exclude_me?: boolean | undefined;
  readonly disclose_me?: boolean | undefined;
  readonly retain?: boolean | undefined;
  readonly exclude?: readonly Id[] | undefined;
  readonly exclude_authid?: readonly string[] | undefined;
  readonly exclude_authrole?: readonly string[] | undefined;
  readonly eligible?: readonly Id[] | undefined;
  readonly eligible_authid?: readonly string[] | undefined;
  readonly eligible_authrole?: readonly string[] | undefined;
  readonly rkey?: string | number | undefined;
  readonly x_acknowledged_delivery?: boolean | undefined;
}
/** SUBSCRIBE.Options */
export interface SubscribeOptions extends Dict {
  readonly match?: Match | undefined;
  readonly get_retained?: boolean | undefined;
  readonly nkey?: string | number | undefined;
}
/** REGISTER.Options */
export interface RegisterOptions extends Dict {
  readonly match?: Match | undefined;
  readonly invoke?: Invoke | undefined;
  /** The name of this callee among those that share the procedure, for calls with `rkey`. */
  readonly nkey?: string | number | undefined;
  /** Takes the procedure over from callees that allowed it by giving this option too. */
  readonly force_reregister?: boolean | undefined;
  /** Calls that this callee takes at a time; more wait at the router. */
  readonly concurrency?: number | undefined;
  readonly disclose_caller?: boolean | undefined;
  /** The callee keeps the time that a caller sets, and the router does not. */
  readonly forward_timeout?: boolean | undefined;
  /** Ours: calls may be made a second time, at another callee, when this one is lost. */
  readonly _idempotent?: boolean | undefined;
}
/** CALL.Options */
export interface CallOptions extends Dict {
  readonly timeout?: number | undefined;
  readonly receive_progress?: boolean | undefined;
  readonly progress?: boolean | undefined;
  readonly disclose_me?: boolean | undefined;
  /** Picks one of the callees that gave an `nkey`: the one of that name, else always the same one for the same key. */
  readonly rkey?: string | number | undefined;
  /** Ours: see `grantOf`, and "Credit" in docs/protocol.md; also in YIELD and INVOCATION. */
  readonly _credit?: number | undefined;
}
/** YIELD.Options, RESULT.Details */
export interface ResultDetails extends Dict {
  readonly progress?: boolean | undefined;
  /** Ours: the session that a part of a survey's answer comes from (`invoke: "all"`). */
  readonly _callee?: Id | undefined;
  readonly _credit?: number | undefined;
}
/** CANCEL.Options, INTERRUPT.Options */
export interface CancelOptions extends Dict {
  readonly mode?: CancelMode | undefined;
  readonly reason?: Uri | undefined;
}
/** EVENT.Details */
export interface EventDetails extends Dict {
  readonly topic?: Uri;
  readonly publisher?: Id;
  readonly publisher_authid?: string;
  readonly publisher_authrole?: string;
  readonly retained?: boolean;
  readonly trustlevel?: number;
  readonly x_acknowledged_delivery?: boolean;
}
/** INVOCATION.Details */
export interface InvocationDetails extends Dict {
  readonly procedure?: Uri;
  readonly caller?: Id;
  readonly caller_authid?: string;
  readonly caller_authrole?: string;
  readonly trustlevel?: number;
  readonly receive_progress?: boolean;
  readonly progress?: boolean;
  readonly timeout?: number;
  readonly _credit?: number | undefined;
}

/** `[HELLO, Realm|uri, Details|dict]`, client to router. Realm may be absent where an authenticator assigns it. */
export interface Hello {
  readonly code: typeof Code.HELLO;
  readonly realm: Uri | null;
  readonly details: Dict;
}
/** `[WELCOME, Session|id, Details|dict]`, router to client. */
export interface Welcome {
  readonly code: typeof Code.WELCOME;
  readonly session: Id;
  readonly details: Dict;
}
/** `[ABORT, Details|dict, Reason|uri]` (and arguments in newer drafts), either way. */
export interface Abort {
  readonly code: typeof Code.ABORT;
  readonly details: Dict;
  readonly reason: Uri;
}
/** `[CHALLENGE, AuthMethod|string, Extra|dict]`, router to client. */
export interface Challenge {
  readonly code: typeof Code.CHALLENGE;
  readonly method: string;
  readonly extra: Dict;
}
/** `[AUTHENTICATE, Signature|string, Extra|dict]`, client to router. */
export interface Authenticate {
  readonly code: typeof Code.AUTHENTICATE;
  readonly signature: string;
  readonly extra: Dict;
}
/** `[GOODBYE, Details|dict, Reason|uri]`, either way. */
export interface Goodbye {
  readonly code: typeof Code.GOODBYE;
  readonly details: Dict;
  readonly reason: Uri;
}
/** `[ERROR, REQUEST.Type|int, REQUEST.Request|id, Details|dict, Error|uri, Arguments|list?, ArgumentsKw|dict?]`, either way. */
export interface WampErrorMessage {
  readonly code: typeof Code.ERROR;
  readonly requestType: number;
  readonly request: Id;
  readonly details: Dict;
  readonly error: Uri;
  readonly payload?: Payload | undefined;
}
/** `[PUBLISH, Request|id, Options|dict, Topic|uri, Arguments|list?, ArgumentsKw|dict?]`, client to router. */
export interface Publish {
  readonly code: typeof Code.PUBLISH;
  readonly request: Id;
  readonly options: PublishOptions;
  readonly topic: Uri;
  readonly payload?: Payload | undefined;
}
/** `[PUBLISHED, PUBLISH.Request|id, Publication|id]`, router to client. */
export interface Published {
  readonly code: typeof Code.PUBLISHED;
  readonly request: Id;
  readonly publication: Id;
}
/** `[SUBSCRIBE, Request|id, Options|dict, Topic|uri]`, client to router. */
export interface Subscribe {
  readonly code: typeof Code.SUBSCRIBE;
  readonly request: Id;
  readonly options: SubscribeOptions;
  readonly topic: Uri;
}
/** `[SUBSCRIBED, SUBSCRIBE.Request|id, Subscription|id]`, router to client. */
export interface Subscribed {
  readonly code: typeof Code.SUBSCRIBED;
  readonly request: Id;
  readonly subscription: Id;
}
/** `[UNSUBSCRIBE, Request|id, SUBSCRIBED.Subscription|id]`, client to router. */
export interface Unsubscribe {
  readonly code: typeof Code.UNSUBSCRIBE;
  readonly request: Id;
  readonly subscription: Id;
}
/** `[UNSUBSCRIBED, UNSUBSCRIBE.Request|id, Details|dict?]`, router to client; request 0 with details is a revocation. */
export interface Unsubscribed {
  readonly code: typeof Code.UNSUBSCRIBED;
  readonly request: number;
  readonly details?: Dict | undefined;
}
/** `[EVENT, SUBSCRIBED.Subscription|id, PUBLISHED.Publication|id, Details|dict, Arguments|list?, ArgumentsKw|dict?]`, router to client. */
export interface Event {
  readonly code: typeof Code.EVENT;
  readonly subscription: Id;
  readonly publication: Id;
  readonly details: EventDetails;
  readonly payload?: Payload | undefined;
}
/** `[EVENT_RECEIVED, PUBLISHED.Publication|id]`, client to router. */
export interface EventReceived {
  readonly code: typeof Code.EVENT_RECEIVED;
  readonly publication: Id;
}
/** `[CALL, Request|id, Options|dict, Procedure|uri, Arguments|list?, ArgumentsKw|dict?]`, client to router. */
export interface Call {
  readonly code: typeof Code.CALL;
  readonly request: Id;
  readonly options: CallOptions;
  readonly procedure: Uri;
  readonly payload?: Payload | undefined;
}
/** `[CANCEL, CALL.Request|id, Options|dict]`, client to router. */
export interface Cancel {
  readonly code: typeof Code.CANCEL;
  readonly request: Id;
  readonly options: CancelOptions;
}
/** `[RESULT, CALL.Request|id, Details|dict, Arguments|list?, ArgumentsKw|dict?]`, router to client. */
export interface Result {
  readonly code: typeof Code.RESULT;
  readonly request: Id;
  readonly details: ResultDetails;
  readonly payload?: Payload | undefined;
}
/** `[REGISTER, Request|id, Options|dict, Procedure|uri]`, client to router. */
export interface Register {
  readonly code: typeof Code.REGISTER;
  readonly request: Id;
  readonly options: RegisterOptions;
  readonly procedure: Uri;
}
/** `[REGISTERED, REGISTER.Request|id, Registration|id]`, router to client. */
export interface Registered {
  readonly code: typeof Code.REGISTERED;
  readonly request: Id;
  readonly registration: Id;
}
/** `[UNREGISTER, Request|id, REGISTERED.Registration|id]`, client to router. */
export interface Unregister {
  readonly code: typeof Code.UNREGISTER;
  readonly request: Id;
  readonly registration: Id;
}
/** `[UNREGISTERED, UNREGISTER.Request|id, Details|dict?]`, router to client; request 0 with details is a revocation. */
export interface Unregistered {
  readonly code: typeof Code.UNREGISTERED;
  readonly request: number;
  readonly details?: Dict | undefined;
}
/** `[INVOCATION, Request|id, REGISTERED.Registration|id, Details|dict, Arguments|list?, ArgumentsKw|dict?]`, router to client. */
export interface Invocation {
  readonly code: typeof Code.INVOCATION;
  readonly request: Id;
  readonly registration: Id;
  readonly details: InvocationDetails;
  readonly payload?: Payload | undefined;
}
/** `[INTERRUPT, INVOCATION.Request|id, Options|dict]`, router to client. */
export interface Interrupt {
  readonly code: typeof Code.INTERRUPT;
  readonly request: Id;
  readonly options: CancelOptions;
}
/** `[YIELD, INVOCATION.Request|id, Options|dict, Arguments|list?, ArgumentsKw|dict?]`, client to router. */
export interface Yield {
  readonly code: typeof Code.YIELD;
  readonly request: Id;
  readonly options: ResultDetails;
  readonly payload?: Payload | undefined;
}

/** What a client may send. */
export type ClientMessage =
  | Hello
  | Abort
  | Authenticate
  | Goodbye
  | WampErrorMessage
  | Publish
  | Subscribe
  | Unsubscribe
  | EventReceived
  | Call
  | Cancel
  | Register
  | Unregister
  | Yield;

/** What a router may send. */
export type RouterMessage =
  | Welcome
  | Abort
  | Challenge
  | Goodbye
  | WampErrorMessage
  | Published
  | Subscribed
  | Unsubscribed
  | Event
  | Result
  | Registered
  | Unregistered
  | Invocation
  | Interrupt;

export type Message = ClientMessage | RouterMessage;
