import * as ErrorUri from '../wire/error-uris.js';

/** This side does not go on with a login: the router asked for what must not be answered, or could not prove itself. */
export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError';
  readonly code = 'AUTHENTICATION';
  readonly uri = ErrorUri.AUTHENTICATION_FAILED;
}
