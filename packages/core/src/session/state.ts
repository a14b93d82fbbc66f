import type { Verify } from '../auth/auth.js';
import { AuthenticationError } from '../auth/errors.js';
import type { CloseInfo } from '../transport/transport.js';
import * as CloseUri from '../wire/close-uris.js';
import * as Code from '../wire/codes.js';
import * as ErrorUri from '../wire/error-uris.js';
import { ProtocolError } from '../wire/errors.js';
import type { Abort, Challenge, ClientMessage, Dict, Id, RouterMessage, Uri, Welcome } from '../wire/messages.js';

/** How a session ended, and so what its pending requests are told. */
export type SessionEnd =
  /** This side left: GOODBYE was sent. */
  | { readonly type: 'left'; readonly reason: Uri }
  /** The router said GOODBYE. */
  | { readonly type: 'goodbye'; readonly reason: Uri; readonly details: Dict }
  /** ABORT in answer to HELLO or AUTHENTICATE. */
  | { readonly type: 'refused'; readonly reason: Uri; readonly details: Dict }
  /** ABORT after WELCOME. */
  | { readonly type: 'aborted'; readonly reason: Uri; readonly details: Dict }
  /** The transport went away without a word. */
  | { readonly type: 'lost'; readonly info: CloseInfo }
  /** The router broke the protocol, or this side's credentials failed: this side sent ABORT. */
  | { readonly type: 'failed'; readonly error: Error };

/** The life of one session on one transport (spec: "Session Establishment", "Session Closing"). */
export type SessionState =
  /** HELLO is sent, or about to be. `mutual`: only a WELCOME that can be verified will do. */
  | { readonly type: 'joining'; readonly mutual?: boolean }
  /** The proof that CHALLENGE asked for is being made. */
  | { readonly type: 'authenticating'; readonly challenge: Challenge }
  /** AUTHENTICATE was sent. `verify`: what WELCOME has to stand. */
  | { readonly type: 'authenticated'; readonly verify?: Verify | undefined }
  | { readonly type: 'joined'; readonly session: Id; readonly details: Dict }
  | { readonly type: 'leaving'; readonly reason: Uri }
  | { readonly type: 'closed'; readonly end: SessionEnd };

/** Messages of an open session, which the roles (publisher, subscriber, caller, callee) handle. */
export type RoleMessage = Exclude<RouterMessage, Welcome | Abort | Challenge | { readonly code: typeof Code.GOODBYE }>;

export type SessionEvent =
  | { readonly type: 'received'; readonly message: RouterMessage }
  | {
      readonly type: 'authenticated';
      readonly signature: string;
      readonly extra: Dict;
      readonly verify?: Verify | undefined;
    }
  | { readonly type: 'leave'; readonly reason: Uri }
  | { readonly type: 'fail'; readonly error: Error; readonly reason: Uri }
  | { readonly type: 'lost'; readonly info: CloseInfo };

/** Whether messages for the roles are handed to them; that changes no state, and so is neither event nor effect. */
export function isEstablished({ type }: SessionState): boolean {
  return type === 'joined' || type === 'leaving';
}

/** Whether a message is for the roles; before WELCOME such a message breaks the protocol. */
export function isForRoles(message: RouterMessage): message is RoleMessage {
  switch (message.code) {
    case Code.WELCOME:
    case Code.ABORT:
    case Code.CHALLENGE:
    case Code.GOODBYE:
      return false;
    default:
      return true;
  }
}

type Step = readonly [state: SessionState, answer?: ClientMessage | undefined];

/**
 * The session's whole behaviour as a pure function; what is not a transition leaves the state as it was. The second of
 * the pair is what the router is told. What else is to be done follows from the state that is entered: `authenticating`
 * makes the proof, and `closed` closes the transport, unless that was lost.
 */
export function transition(state: SessionState, event: SessionEvent): Step {
  if (state.type === 'closed') return [state];
  switch (event.type) {
    case 'received':
      return receive(state, event.message);
    case 'authenticated': {
      if (state.type !== 'authenticating') return [state];
      const { signature, extra, verify } = event;
      return [
        { type: 'authenticated', verify },
        { code: Code.AUTHENTICATE, signature, extra },
      ];
    }
    case 'leave': {
      const { reason } = event;
      if (state.type === 'leaving') return [state];
      if (state.type !== 'joined') return abort({ type: 'left', reason }, reason, {});
      return [{ type: 'leaving', reason }, goodbye(reason)];
    }
    case 'fail':
      return fail(event.error, event.reason);
    case 'lost':
      if (state.type === 'leaving') return closed({ type: 'left', reason: state.reason });
      return closed({ type: 'lost', info: event.info });
  }
}

function receive(state: Exclude<SessionState, { type: 'closed' }>, message: RouterMessage): Step {
  switch (message.code) {
    case Code.WELCOME:
      return welcomed(state, message);
    case Code.CHALLENGE:
      return state.type === 'joining' ? [{ type: 'authenticating', challenge: message }] : violation(message);
    case Code.ABORT: {
      const { reason, details } = message;
      return closed({ type: isEstablished(state) ? 'aborted' : 'refused', reason, details });
    }
    case Code.GOODBYE: {
      const { reason, details } = message;
      if (state.type === 'leaving') return closed({ type: 'left', reason: state.reason });
      if (state.type !== 'joined') return violation(message);
      return closed({ type: 'goodbye', reason, details }, goodbye(CloseUri.GOODBYE_AND_OUT));
    }
    default:
      return isEstablished(state) ? [state] : violation(message);
  }
}

function welcomed(state: SessionState, welcome: Welcome): Step {
  if (state.type !== 'joining' && state.type !== 'authenticated') return violation(welcome);
  const error =
    state.type === 'authenticated'
      ? state.verify?.(welcome)
      : state.mutual &&
        new AuthenticationError('the router let this client in without proving that it is the right one');
  if (error) return fail(error, ErrorUri.AUTHENTICATION_FAILED);
  return [{ type: 'joined', session: welcome.session, details: welcome.details }];
}

function violation(message: RouterMessage): Step {
  const error = new ProtocolError(`the router sent message type ${message.code} at the wrong time`);
  return fail(error, ErrorUri.PROTOCOL_VIOLATION);
}

function fail(error: Error, reason: Uri): Step {
  return abort({ type: 'failed', error }, reason, { message: error.message });
}

function abort(end: SessionEnd, reason: Uri, details: Dict): Step {
  return closed(end, { code: Code.ABORT, details, reason });
}

function closed(end: SessionEnd, answer?: ClientMessage): Step {
  return [{ type: 'closed', end }, answer];
}

function goodbye(reason: Uri): ClientMessage {
  return { code: Code.GOODBYE, details: {}, reason };
}
