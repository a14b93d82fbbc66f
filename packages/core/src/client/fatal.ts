import { JoinRefusedError, SessionClosedError } from '../session/errors.js';
import * as CloseUri from '../wire/close-uris.js';
import * as ErrorUri from '../wire/error-uris.js';

/** Reasons of GOODBYE and ABORT that go away by themselves: the router restarts, or the network hiccups. */
const passing: ReadonlySet<string> = new Set([
  CloseUri.SYSTEM_SHUTDOWN,
  CloseUri.CLOSE_REALM,
  // The next login asks for credentials anew.
  CloseUri.EXPIRED,
  // Some routers say this with ABORT while they stop.
  'wamp.error.system_shutdown',
  ErrorUri.NETWORK_FAILURE,
  ErrorUri.TIMEOUT,
  ErrorUri.UNAVAILABLE,
  ErrorUri.PAYLOAD_SIZE_EXCEEDED,
]);

/** Codes of errors that this side ended a session with. */
const hopeless: ReadonlySet<unknown> = new Set(['AUTHENTICATION', 'PROTOCOL_VIOLATION', 'WAMP_ERROR']);

/**
 * Whether trying again would only fail again: an unknown realm, a refused login, a router that does not prove itself, a session that was killed, a peer
 * that breaks the protocol. A connection that dropped or could not be opened is never fatal.
 */
export function isFatal(error: Error): boolean {
  if (error instanceof JoinRefusedError || error instanceof SessionClosedError) return !passing.has(error.uri);
  return 'code' in error && hopeless.has(error.code);
}
