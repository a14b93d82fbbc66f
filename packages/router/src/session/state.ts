import type { Abort, Cancel, ClientMessage, Dict, Goodbye, Hello, RouterMessage, Uri } from '@wigwag/core/wire';
import { CloseUri, Code, ErrorUri, nameOf } from '@wigwag/core/wire';
import type { Verdict } from '../access/authenticator.js';
import type { Identity } from './identity.js';

/** How a session ended. */
export type SessionEnd =
  /** The client said GOODBYE. */
  | { readonly type: 'goodbye'; readonly reason: Uri }
  /** The router said GOODBYE. */
  | { readonly type: 'closed'; readonly reason: Uri }
  /** The client sent ABORT. */
  | { readonly type: 'aborted'; readonly reason: Uri }
  /** HELLO or AUTHENTICATE was answered with ABORT. */
  | { readonly type: 'refused'; readonly reason: Uri; readonly message: string }
  /** The client broke the protocol and was sent ABORT. */
  | { readonly type: 'violation'; readonly reason: Uri; readonly message: string }
  /**
   * More bytes waited for the client to read them than the cap allows; or, where there is a `total`, the queues of all
   * sessions held that much, which their cap does not allow, and this session's were among the longest.
   */
  | { readonly type: 'overflow'; readonly buffered: number; readonly cap: number; readonly total?: number | undefined }
  /** No WELCOME within the handshake's time. */
  | { readonly type: 'handshake timeout' }
  /** The transport went away without a word. */
  | { readonly type: 'lost'; readonly code: number; readonly reason: string };

/** The router's half of one session on one transport (spec: "Session Establishment", "Session Closing"). */
export type SessionState =
  /** Waits for HELLO. */
  | { readonly type: 'connected' }
  /** An authenticator is at work, or the client is to answer its challenge. */
  | { readonly type: 'authenticating'; readonly hello: Hello; readonly asked?: Asked }
  | { readonly type: 'joined' }
  /** GOODBYE was sent; its answer is awaited. */
  | { readonly type: 'closing'; readonly reason: Uri }
  | { readonly type: 'ended'; readonly end: SessionEnd };

/** One for all sessions. */
const joined: SessionState = { type: 'joined' };

type Challenge = Extract<Verdict, { type: 'challenge' }>;
interface Asked {
  readonly method: string;
  readonly challenge: Challenge;
}

/** Messages of a joined session that broker and dealer handle. */
export type RoutedMessage = Exclude<
  ClientMessage,
  Hello | Abort | Goodbye | Cancel | { readonly code: typeof Code.AUTHENTICATE }
>;

/** Whether a message is one that a joined session's realm handles: that session's state stays as it is. */
export function isRouted(message: ClientMessage): message is RoutedMessage {
  switch (message.code) {
    case Code.HELLO:
    case Code.ABORT:
    case Code.AUTHENTICATE:
    case Code.CANCEL:
    case Code.GOODBYE:
      return false;
    default:
      return true;
  }
}

/** What happens to a session. */
export type SessionEvent =
  | { readonly type: 'received'; readonly message: ClientMessage }
  | { readonly type: 'judged'; readonly method: string; readonly verdict: Verdict }
  | { readonly type: 'violated'; readonly reason: Uri; readonly message: string }
  | {
      readonly type: 'overflowed';
      readonly buffered: number;
      readonly cap: number;
      readonly total?: number | undefined;
    }
  | { readonly type: 'close'; readonly reason: Uri; readonly message: string | undefined }
  | { readonly type: 'time is up' }
  | { readonly type: 'lost'; readonly code: number; readonly reason: string };

/** What is to be done, in this order. */
export type SessionEffect =
  | { readonly type: 'send'; readonly message: RouterMessage }
  | { readonly type: 'authenticate'; readonly hello: Hello }
  | {
      readonly type: 'judge';
      readonly method: string;
      readonly challenge: Challenge;
      readonly signature: string;
      readonly extra: Dict;
    }
  /** Enter the realm and say WELCOME. */
  | {
      readonly type: 'join';
      readonly hello: Hello;
      readonly identity: Identity;
      readonly extra?: Dict | undefined;
      readonly lifetime?: number | undefined;
    }
  | { readonly type: 'route'; readonly message: RoutedMessage }
  /** As `route`, and it overtakes what waits for its turn. */
  | { readonly type: 'cancel'; readonly message: Cancel }
  /** Leave the realm: nothing of this session may stay in it. */
  | { readonly type: 'leave'; readonly end: SessionEnd }
  /** Flush, then close the transport. */
  | { readonly type: 'hang up'; readonly code: number }
  /** Drop the transport with all it has buffered. */
  | { readonly type: 'terminate' };

type Step = readonly [SessionState, readonly SessionEffect[]];

// WebSocket close codes (RFC 6455, 7.4.1).
const NORMAL = 1000;
const PROTOCOL_ERROR = 1002;

/** The session's whole behaviour as a pure function; what is not a transition leaves the state as it was. */
export function transition(state: SessionState, event: SessionEvent): Step {
  if (state.type === 'ended') return [state, []];
  switch (event.type) {
    case 'received':
      return receive(state, event.message);
    case 'judged':
      return state.type === 'authenticating' ? judged(state.hello, event.method, event.verdict) : [state, []];
    case 'violated':
      return violation(state, event.message, event.reason);
    case 'overflowed':
      return end(state, { ...event, type: 'overflow' }, { type: 'terminate' });
    case 'close':
      return close(state, event.reason, event.message);
    case 'time is up':
      if (state.type === 'closing') return end(state, { type: 'closed', reason: state.reason }, { type: 'terminate' });
      if (state.type === 'joined') return [state, []];
      return end(state, { type: 'handshake timeout' }, abort(ErrorUri.TIMEOUT, 'no session was opened in time'), {
        type: 'hang up',
        code: NORMAL,
      });
    case 'lost':
      if (state.type === 'closing') return end(state, { type: 'closed', reason: state.reason });
      return end(state, { type: 'lost', code: event.code, reason: event.reason });
  }
}

type Open = Exclude<SessionState, { type: 'ended' }>;

function receive(state: Open, message: ClientMessage): Step {
  // What was on its way when GOODBYE was sent is not handled any more.
  if (state.type === 'closing') {
    if (message.code !== Code.GOODBYE && message.code !== Code.ABORT) return [state, []];
    return end(state, { type: 'closed', reason: state.reason }, { type: 'hang up', code: NORMAL });
  }
  switch (message.code) {
    case Code.HELLO:
      if (state.type !== 'connected') return violation(state, 'HELLO came a second time: a session joins once');
      return [{ type: 'authenticating', hello: message }, [{ type: 'authenticate', hello: message }]];
    case Code.AUTHENTICATE: {
      if (state.type !== 'authenticating' || !state.asked) {
        return violation(state, 'AUTHENTICATE came, and there was no CHALLENGE to answer');
      }
      const { signature, extra } = message;
      return [{ type: 'authenticating', hello: state.hello }, [{ type: 'judge', ...state.asked, signature, extra }]];
    }
    case Code.ABORT:
      return end(state, { type: 'aborted', reason: message.reason }, { type: 'hang up', code: NORMAL });
    case Code.GOODBYE: {
      if (state.type !== 'joined') return early(state, message);
      return end(
        state,
        { type: 'goodbye', reason: message.reason },
        { type: 'send', message: { code: Code.GOODBYE, details: {}, reason: CloseUri.GOODBYE_AND_OUT } },
        { type: 'hang up', code: NORMAL },
      );
    }
    case Code.CANCEL:
      return state.type === 'joined' ? [state, [{ type: 'cancel', message }]] : early(state, message);
    default:
      return state.type === 'joined' ? [state, [{ type: 'route', message }]] : early(state, message);
  }
}

function early(state: Open, message: ClientMessage): Step {
  return violation(state, `${nameOf(message.code)} came before WELCOME: the first message is HELLO`);
}

function judged(hello: Hello, method: string, verdict: Verdict): Step {
  switch (verdict.type) {
    case 'accepted': {
      const { identity, extra, lifetime } = verdict;
      return [joined, [{ type: 'join', hello, identity, extra, lifetime }]];
    }
    case 'challenge': {
      const message: RouterMessage = { code: Code.CHALLENGE, method, extra: verdict.extra };
      return [{ type: 'authenticating', hello, asked: { method, challenge: verdict } }, [{ type: 'send', message }]];
    }
    case 'refused': {
      const { reason, message } = verdict;
      return ended({ type: 'refused', reason, message }, abort(reason, message), { type: 'hang up', code: NORMAL });
    }
  }
}

function violation(state: Open, message: string, reason: Uri = ErrorUri.PROTOCOL_VIOLATION): Step {
  return end(state, { type: 'violation', reason, message }, abort(reason, message), {
    type: 'hang up',
    code: PROTOCOL_ERROR,
  });
}

/** GOODBYE where there is a session to leave, ABORT where there is none yet. */
function close(state: Open, reason: Uri, message: string | undefined): Step {
  if (state.type === 'closing') return [state, []];
  if (state.type !== 'joined') {
    return ended({ type: 'closed', reason }, abort(reason, message), { type: 'hang up', code: NORMAL });
  }
  const goodbye: SessionEffect = {
    type: 'send',
    message: { code: Code.GOODBYE, details: message === undefined ? {} : { message }, reason },
  };
  return [{ type: 'closing', reason }, [{ type: 'leave', end: { type: 'closed', reason } }, goodbye]];
}

function abort(reason: Uri, message: string | undefined): SessionEffect {
  const details = message === undefined ? {} : { message };
  return { type: 'send', message: { code: Code.ABORT, details, reason } };
}

/** Ends a session; one that is in the realm leaves it first. */
function end(state: Open, how: SessionEnd, ...effects: readonly SessionEffect[]): Step {
  const leave: readonly SessionEffect[] = state.type === 'joined' ? [{ type: 'leave', end: how }] : [];
  return ended(how, ...leave, ...effects);
}

function ended(how: SessionEnd, ...effects: readonly SessionEffect[]): Step {
  return [{ type: 'ended', end: how }, effects];
}
