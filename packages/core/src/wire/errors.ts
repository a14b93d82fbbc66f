import * as ErrorUri from './error-uris.js';
import type { Uri } from './messages.js';

/** The peer broke the protocol: the session ends with ABORT `wamp.error.protocol_violation` and this text. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code = 'PROTOCOL_VIOLATION';
  /**
   * @param uri the reason that ABORT carries
   * @param answer the request that can be answered with ERROR instead of ending the session
   */
  constructor(
    message: string,
    readonly uri: Uri = ErrorUri.PROTOCOL_VIOLATION,
    readonly answer?: { readonly requestType: number; readonly request: number } | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A local value that cannot be put on the wire without loss; nothing was sent. */
export class EncodeError extends Error {
  override readonly name: string = 'EncodeError';
  readonly code: string = 'UNENCODABLE';
  readonly uri: Uri = ErrorUri.INVALID_ARGUMENT;
}

/** What the application asked for is malformed: its arguments, or an option, which is named. Nothing was sent. */
export class InvalidArgumentError extends Error {
  override readonly name = 'InvalidArgumentError';
  readonly code = 'INVALID_ARGUMENT';
  readonly uri = ErrorUri.INVALID_ARGUMENT;
}
