import type { Id, Match, Uri } from '@wigwag/core/wire';
import type { EventEmitter } from 'eventemitter3';
import type { Refusal } from '../session/admission.js';
import type { Identity } from '../session/identity.js';
import type { SessionEnd } from '../session/state.js';

/** A session in an event: who it is, where it is, and how it is connected. */
export interface SessionInfo extends Identity {
  readonly id: Id;
  readonly realm: Uri;
  /** The connection: an address and port, or how the session runs in this process. */
  readonly peer: string;
}

/** A subscription or registration in an event. */
export interface PatternInfo {
  readonly id: Id;
  readonly realm: Uri;
  /** The topic or procedure, or a pattern of them. */
  readonly uri: Uri;
  readonly match: Match;
}

/** A publication that did not happen. The publisher was told only when it had asked for an acknowledgement. */
export interface RefusedPublish extends Refusal {
  readonly session: SessionInfo;
  readonly topic: Uri;
  readonly acknowledged: boolean;
}

/** An event that one serializer cannot carry, and that its subscribers of that serializer therefore missed. */
export interface WithheldEvent {
  readonly realm: Uri;
  readonly topic: Uri;
  readonly publication: Id;
  readonly subscription: Id;
  readonly serializer: string;
  /** How many subscribers missed it. */
  readonly subscribers: number;
  readonly error: Error;
}

/** Events that one session missed in a row, because it reads too slowly. */
export interface DroppedEvents {
  readonly realm: Uri;
  readonly session: Id;
  readonly peer: string;
  readonly events: number;
}

/** What is observable in a router: name of the event, and what its handler is passed. */
export interface RouterEvents {
  /** A listener accepts connections at this address. */
  'listener:up': [url: string];
  /** It does not any more. */
  'listener:down': [url: string];
  /** It has other certificates now. */
  'listener:reloaded': [url: string];
  /** A connection was turned away before it could say HELLO: its origin may not connect, or its address has enough. */
  'connection:refused': [peer: string, reason: string];
  /** WELCOME was sent. */
  'session:joined': [session: SessionInfo];
  /** A session left its realm, for whatever reason; nothing of it is left there. */
  'session:left': [session: SessionInfo, end: SessionEnd];
  /** HELLO or AUTHENTICATE was answered with ABORT. */
  'session:refused': [peer: string, refusal: Refusal];
  /** A session was dropped because it read more slowly than it was sent to. `session:left` comes first. */
  'session:dropped': [session: SessionInfo, end: Extract<SessionEnd, { type: 'overflow' }>];
  /** A client broke the protocol and was sent ABORT with this; the session is undefined when it had not joined. */
  'protocol:violation': [peer: string, session: SessionInfo | undefined, refusal: Refusal];
  /** The first session subscribed to a topic or pattern. */
  'subscription:created': [subscription: PatternInfo];
  /** The last one left it. */
  'subscription:removed': [subscription: PatternInfo];
  /** The first callee registered a procedure or pattern. */
  'registration:created': [registration: PatternInfo];
  /** The last one left it. */
  'registration:removed': [registration: PatternInfo];
  'publish:refused': [refused: RefusedPublish];
  'event:withheld': [withheld: WithheldEvent];
  /** A session that had been too slow for its events reads again, or has left; told once for all that it missed. */
  'events:dropped': [dropped: DroppedEvents];
  /** Something of the application's or ours threw. Without a handler it is printed on stderr. */
  error: [error: unknown, where: string];
}

/** Tells the observers; never throws. */
export type Emit = EventEmitter<RouterEvents>['emit'];
