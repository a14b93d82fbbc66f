import type { Dict, Id } from '../wire/messages.js';

/** What a client is doing; observable as `client.state` and through its `state` event. */
export type ClientState =
  /** Made, not yet told to connect. */
  | { readonly type: 'idle' }
  /** Opening a connection and joining; attempts count from 1 since the last session. */
  | { readonly type: 'connecting'; readonly attempt: number }
  /** In session; `details` is WELCOME.Details. */
  | { readonly type: 'joined'; readonly session: Id; readonly details: Dict }
  /** Attempt number `attempt` failed (0: the session dropped), the next one starts in `delay` milliseconds. */
  | { readonly type: 'waiting'; readonly attempt: number; readonly delay: number; readonly error: Error }
  /** `close()` was called and the router is being told. */
  | { readonly type: 'closing' }
  /** The end. `error` says why when it was not `close()` that ended it. */
  | { readonly type: 'closed'; readonly error: Error | undefined };

/** When to try again: never, once a session had been joined, or from the first attempt on. */
export type Retry = 'never' | 'lost' | 'always';

export type ClientEvent =
  | { readonly type: 'connect' }
  | { readonly type: 'joined'; readonly session: Id; readonly details: Dict }
  /** The attempt failed or the session ended; `delay` is how long to wait if there is to be another attempt. */
  | { readonly type: 'failed'; readonly error: Error; readonly fatal: boolean; readonly delay: number }
  /** The wait is over, or the network came back. */
  | { readonly type: 'wake' }
  | { readonly type: 'close' }
  /** The session that `close` ended is gone. */
  | { readonly type: 'left' };

/**
 * The client's life as a pure function; an event that does not fit a state leaves it as it was. What is to be done
 * follows from the state that is entered: `connecting` opens a connection, `waiting` waits, `closing` leaves the session.
 */
export function transition(retry: Retry, everJoined: boolean, state: ClientState, event: ClientEvent): ClientState {
  switch (event.type) {
    case 'connect':
      return state.type === 'idle' ? { type: 'connecting', attempt: 1 } : state;
    case 'joined':
      if (state.type !== 'connecting') return state;
      return { type: 'joined', session: event.session, details: event.details };
    case 'failed': {
      if (state.type === 'closing') return { type: 'closed', error: undefined };
      if (state.type !== 'connecting' && state.type !== 'joined') return state;
      const { delay, error, fatal } = event;
      const again = !fatal && (retry === 'always' || (retry === 'lost' && everJoined));
      if (!again) return { type: 'closed', error };
      return { type: 'waiting', attempt: state.type === 'connecting' ? state.attempt : 0, delay, error };
    }
    case 'wake':
      return state.type === 'waiting' ? { type: 'connecting', attempt: state.attempt + 1 } : state;
    case 'close':
      if (state.type === 'connecting' || state.type === 'joined') return { type: 'closing' };
      return state.type === 'idle' || state.type === 'waiting' ? { type: 'closed', error: undefined } : state;
    case 'left':
      return state.type === 'closing' ? { type: 'closed', error: undefined } : state;
  }
}
