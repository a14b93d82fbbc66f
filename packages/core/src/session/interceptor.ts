import type { Dict, Uri } from '../wire/messages.js';
import { Payload } from '../wire/payload.js';
import { requireContent } from './check.js';

/** What the application's data travels in, on its way out. */
export type SentKind = 'publish' | 'call' | 'yield' | 'error';
/** What it travels in, on its way in. */
export type ReceivedKind = 'event' | 'invocation' | 'result' | 'error';

/** The application's data in one message, and what goes with it. */
export interface Content {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** Options of what is sent, details of what was received. */
  readonly options: Dict;
  /** The error's URI, where the kind is `error`. */
  readonly error?: Uri;
}

/**
 * Stands between the application and the wire, for encryption, checking, tracing and the like. Synchronous, so that
 * order holds. What it throws on the way out rejects the request, and nothing is sent; on the way in it rejects the
 * call, or reaches the error hook where no promise waits.
 */
export interface Interceptor {
  /** @param uri the topic, or the procedure, also of a call that is answered with an error */
  send?(kind: SentKind, uri: Uri, content: Content): Content;
  /** @param uri the topic, or the procedure, also of a call that was answered with an error */
  receive?(kind: ReceivedKind, uri: Uri, content: Content): Content;
}

/** Several as one: what is sent passes them in order, what is received in reverse. */
export class Interceptors {
  readonly #chain: readonly Interceptor[];
  readonly #reverse: readonly Interceptor[];

  constructor(chain: readonly Interceptor[]) {
    this.#chain = chain;
    this.#reverse = [...chain].reverse();
  }

  /** Options and payload as they go on the wire. @throws InvalidArgumentError, and what an interceptor throws */
  send(kind: SentKind, uri: Uri, content: Content): { readonly options: Dict; readonly payload: Payload | undefined } {
    let { args, kwargs, options } = content;
    requireContent(args, kwargs);
    for (const interceptor of this.#chain) {
      if (!interceptor.send) continue;
      ({ args, kwargs, options } = interceptor.send(kind, uri, { ...content, args, kwargs, options }));
      requireContent(args, kwargs);
    }
    return { options, payload: Payload.of(args, Object.keys(kwargs).length > 0 ? kwargs : undefined) };
  }

  /** @throws ProtocolError when the payload cannot be decoded, and what an interceptor throws */
  receive(kind: ReceivedKind, uri: Uri, options: Dict, payload: Payload | undefined, error?: Uri): Content {
    const { args = [], kwargs = {} } = payload?.values ?? {};
    let content: Content = error === undefined ? { args, kwargs, options } : { args, kwargs, options, error };
    for (const interceptor of this.#reverse) content = interceptor.receive?.(kind, uri, content) ?? content;
    return content;
  }
}
