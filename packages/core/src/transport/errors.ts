import * as ErrorUri from '../wire/error-uris.js';

/** No connection could be opened: nothing listens there, or it is no WAMP router. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly code = 'CONNECT_FAILED';
  readonly uri = ErrorUri.NETWORK_FAILURE;
}
