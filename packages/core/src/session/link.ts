import { announces } from '../wire/features.js';
import type { ClientMessage, Dict, Id, Match, Uri } from '../wire/messages.js';
import { isPattern, isUri } from '../wire/uri.js';
import type { ErrorContext } from './errors.js';
import { FeatureNotSupportedError, InvalidUriError } from './errors.js';
import type { Content, Interceptors, SentKind } from './interceptor.js';
import type { PendingRequests, Reply } from './requests.js';

/** What publisher, subscriber, caller and callee see of the session that they are parts of. */
export interface Link {
  readonly requests: PendingRequests;
  readonly interceptors: Interceptors;
  /** WELCOME.Details: what the router announced. */
  readonly details: Dict;
  /** Whether requests can be sent. */
  readonly isOpen: boolean;
  /** Length of the frame whose message is being handled: bytes, or characters of text. */
  readonly receiving: number;
  /** Bytes that were sent and have not left this side. */
  readonly buffered: number;
  /**
   * @returns bytes of the message on the wire
   * @throws InvalidArgumentError, EncodeError, MessageTooLargeError, or what the session's end says once it is closed; then nothing was sent
   */
  send(message: ClientMessage): number;
  /** Hands an error that no promise carries to the application's hook. */
  report(error: unknown, context: ErrorContext): void;
}

/**
 * Sends a request and waits for its answer.
 * @param onReply told of the answer at once, before any message behind it is handled
 * @throws as `Link.send` does; WampError when the answer is ERROR; what the session's end says when there is none
 */
export function request<C extends Reply['code']>(
  link: Link,
  expects: C,
  make: (request: Id) => ClientMessage,
  onReply?: (reply: ReplyOf<C>) => void,
): Promise<ReplyOf<C>> {
  return new Promise((resolve, reject) => {
    const id = link.requests.draw((next) => link.send(make(next)));
    link.requests.open(id, {
      expects,
      resolve: (reply: ReplyOf<C>) => {
        onReply?.(reply);
        resolve(reply);
      },
      reject,
    });
  });
}

type ReplyOf<C> = Extract<Reply, { readonly code: C }>;

/**
 * Says nothing of a session that is not open: what it announced is unknown, and sending says why nothing can be sent.
 * @throws FeatureNotSupportedError when the router did not announce `feature`
 */
export function requireFeature(
  link: Pick<Link, 'details' | 'isOpen'>,
  role: 'broker' | 'dealer',
  feature: string,
  what: string,
): void {
  if (link.isOpen && !announces(link.details, role, feature)) {
    throw new FeatureNotSupportedError(`${what} needs a router that announces ${feature}, and this one does not`);
  }
}

/**
 * A router ignores an option that it does not know, and so lets everybody have what was meant for one, for example: such
 * a request is refused here instead.
 * @param needs the feature that the router has to announce, by option
 * @throws FeatureNotSupportedError when it did not announce what one of these options needs
 */
export function requireHeeded(
  link: Pick<Link, 'details' | 'isOpen'>,
  role: 'broker' | 'dealer',
  options: Dict,
  needs: ReadonlyMap<string, string>,
): void {
  for (const name in options) {
    const feature = needs.get(name);
    const value = options[name];
    if (feature !== undefined && value !== undefined && value !== false) requireFeature(link, role, feature, name);
  }
}

/**
 * The application's content as it goes on the wire, which is what the interceptors leave of it.
 * @param needs as for `requireHeeded`
 * @throws InvalidArgumentError, FeatureNotSupportedError, and what an interceptor throws
 */
export function outgoing(
  link: Link,
  role: 'broker' | 'dealer',
  kind: SentKind,
  uri: Uri,
  content: Content,
  needs: ReadonlyMap<string, string>,
): ReturnType<Interceptors['send']> {
  const sent = link.interceptors.send(kind, uri, content);
  requireHeeded(link, role, sent.options, needs);
  return sent;
}

/** What a router announces that passes payloads on unread, and the option that asks for it. */
export const PASSTHRU = ['ppt_scheme', 'payload_passthru_mode'] as const;

/** @throws InvalidUriError */
export function requireUri(kind: 'topic' | 'procedure' | 'realm', uri: Uri): void {
  if (typeof uri !== 'string' || !isUri(uri)) throw badUri(kind, uri, 'no part between dots is empty');
}

/**
 * @param feature what the router has to announce where it is no exact URI
 * @throws InvalidUriError, FeatureNotSupportedError
 */
export function requirePattern(
  link: Link,
  role: 'broker' | 'dealer',
  kind: 'topic' | 'procedure',
  uri: Uri,
  match: Match,
  feature: string,
): void {
  if (typeof uri !== 'string' || !isPattern(uri, match)) {
    throw badUri(kind, uri, match === 'wildcard' ? 'parts may be empty' : 'no part between dots is empty');
  }
  if (match !== 'exact') requireFeature(link, role, feature, `match: '${match}'`);
}

function badUri(kind: string, uri: Uri, rule: string): InvalidUriError {
  return new InvalidUriError(`${JSON.stringify(uri)} is no ${kind}: a URI has no white space and no '#', and ${rule}`);
}

/** The options that go on the wire: all but those named, which this side keeps to itself. */
export function wireOptions(options: Dict, local: readonly string[]): Dict {
  const sent: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !local.includes(name)) sent[name] = value;
  }
  return sent;
}
