import { JoinRefusedError, SessionClosedError } from '../session/errors.js';
import { CloseUri, ErrorUri } from '../wire/error-uris.js';

/** Reasons of GOODBYE and ABORT that go away by themselves: the router restarts, or the network hiccups. */
const passing: ReadonlySet<string> = new Set([
  CloseUri.SYSTEM_SHUTDOWN,
  CloseUri.CLOSE_REALM,
  // Some routers say this with ABORT while they stop.
  'wamp.error.system_shutdown',
  ErrorUri.NETWORK_FAILURE,
  ErrorUri.TIMEOUT,
  ErrorUri.UNAVAILABLE,
  ErrorUri.PAYLOAD_SIZE_EXCEEDED,
]);

/**
 * Whether trying again would only fail again: an unknown realm, a refused login, a session that was killed, a peer
 * that breaks the protocol. A connection that dropped or could not be opened is never fatal.
 */
export function isFatal(error: Error): boolean {
  if (error instanceof JoinRefusedError || error instanceof SessionClosedError) return !passing.has(error.uri);
  return 'code' in error && (error.code === 'PROTOCOL_VIOLATION' || error.code === 'WAMP_ERROR');
}
