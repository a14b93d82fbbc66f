import type { CloseInfo } from '../transport/transport.js';
import * as ErrorUri from '../wire/error-uris.js';
import type { Dict, Id, Uri } from '../wire/messages.js';
import { requireContent } from './check.js';
import { textOf } from './thrown.js';

/**
 * An error with a URI that crosses the wire. A peer's ERROR rejects with one, and a handler throws one to answer its
 * caller with that URI and these arguments (spec: "Error Handling").
 */
export class WampError extends Error {
  override readonly name = 'WampError';
  readonly code = 'WAMP_ERROR';
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** ERROR.Details, as received. */
  readonly details: Dict;

  /** @throws InvalidArgumentError for what is no list of arguments, or no dictionary of keyword arguments */
  constructor(
    readonly uri: Uri,
    args: readonly unknown[] = [],
    kwargs: Readonly<Record<string, unknown>> = {},
    details: Dict = {},
  ) {
    requireContent(args, kwargs);
    const text = args.find((arg) => typeof arg === 'string');
    super(text === undefined ? uri : `${uri}: ${text}`);
    this.args = args;
    this.kwargs = kwargs;
    this.details = details;
  }
}

/** The router answered HELLO with ABORT: an unknown realm, a refused login. `uri` is its reason. */
export class JoinRefusedError extends Error {
  override readonly name = 'JoinRefusedError';
  readonly code = 'JOIN_REFUSED';

  constructor(
    realm: Uri,
    readonly uri: Uri,
    readonly details: Dict,
  ) {
    super(`the router refused to let a session join realm "${realm}": ${uri}${reasonText(details)}`);
  }
}

/** The connection dropped while a request was open: whether the router acted on it is unknown. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  readonly code = 'CONNECTION_LOST';
  readonly uri = ErrorUri.NETWORK_FAILURE;

  constructor(readonly info: CloseInfo) {
    const why = info.reason || info.error?.message;
    super(
      `the connection dropped (close code ${info.code}${why ? `, ${why}` : ''}); whether the request was carried out is unknown`,
      { cause: info.error },
    );
  }
}

/** The session ended: left by this side, or ended by the router with the reason in `uri`. */
export class SessionClosedError extends Error {
  override readonly name = 'SessionClosedError';
  readonly code = 'SESSION_CLOSED';

  constructor(
    /** The reason that GOODBYE or ABORT carried. */
    readonly uri: Uri,
    readonly details: Dict = {},
  ) {
    super(`the session is closed: ${uri}${reasonText(details)}`);
  }
}

/** There is no session now, and the request's `offline` option is `fail`. Nothing was sent, nor will be. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError';
  readonly code = 'OFFLINE';
  readonly uri = ErrorUri.NETWORK_FAILURE;
}

/** A deadline of this side passed: a call's `timeout`, or that of an attempt to connect. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly code = 'TIMEOUT';
  readonly uri = ErrorUri.TIMEOUT;
}

/** The message is larger than the router announced to take; nothing was sent. */
export class MessageTooLargeError extends Error {
  override readonly name = 'MessageTooLargeError';
  readonly code = 'MESSAGE_TOO_LARGE';
  readonly uri = ErrorUri.PAYLOAD_SIZE_EXCEEDED;

  constructor(
    readonly size: number,
    readonly limit: number,
  ) {
    super(
      `the message has ${size} bytes and the router takes at most ${limit}; send less, or raise the router's limit`,
    );
  }
}

/** What comes faster than it is read, from a peer that cannot be slowed down, was ended before it filled the memory. */
export class StreamOverflowError extends Error {
  override readonly name = 'StreamOverflowError';
  readonly code = 'STREAM_OVERFLOW';
  readonly uri = ErrorUri.UNAVAILABLE;
}

/** Events of a subscription were published, and this side did not get them and will not. */
export class EventsMissedError extends Error {
  override readonly name = 'EventsMissedError';
  readonly code = 'EVENTS_MISSED';
  /** How many; `undefined` where nobody knows, and there may have been none. */
  readonly count: number | undefined;
  /** What the router gave as the reason, where it said so. */
  readonly uri: Uri | undefined;

  constructor(
    /** What was subscribed to, a topic or pattern; or the topic, where the missed events have one. */
    readonly topic: Uri,
    why: string,
    { count, uri, cause }: { readonly count?: number; readonly uri?: Uri | undefined; readonly cause?: unknown } = {},
  ) {
    super(`${count ?? 'perhaps some'} events of ${topic} were missed: ${why}`, { cause });
    this.count = count;
    this.uri = uri;
  }
}

/** A topic or procedure that breaks the rule for URIs; nothing was sent. */
export class InvalidUriError extends Error {
  override readonly name = 'InvalidUriError';
  readonly code = 'INVALID_URI';
  readonly uri = ErrorUri.INVALID_URI;
}

/** The router did not announce what the request needs; nothing was sent. */
export class FeatureNotSupportedError extends Error {
  override readonly name = 'FeatureNotSupportedError';
  readonly code = 'FEATURE_NOT_SUPPORTED';
  readonly uri = ErrorUri.FEATURE_NOT_SUPPORTED;
}

/** What went wrong outside any promise of the application: its own handlers, mostly. */
export interface ErrorContext {
  readonly where: 'event handler' | 'invocation handler' | 'missed events' | 'restore' | 'listener' | 'error hook';
  /** The topic or procedure; for a listener, the name of the event. */
  readonly uri: Uri;
  /** The subscription or registration it came through. */
  readonly id?: Id;
}

/** Where errors go that no promise carries. The default, `printError`, writes to the console. */
export type ErrorHook = (error: unknown, context: ErrorContext) => void;

export const printError: ErrorHook = (error, { where, uri }) => {
  const what = `wigwag: ${where} of ${uri}:`;
  try {
    console.error(what, error);
  } catch {
    console.error(what, textOf(error));
  }
};

function reasonText(details: Dict): string {
  return typeof details.message === 'string' && details.message !== '' ? ` (${details.message})` : '';
}
