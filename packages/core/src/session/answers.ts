import * as Code from '../wire/codes.js';
import { CREDIT } from '../wire/credit.js';
import * as ErrorUri from '../wire/error-uris.js';
import { EncodeError } from '../wire/errors.js';
import type { Dict, Id, Uri, WampErrorMessage, Yield } from '../wire/messages.js';
import { Payload } from '../wire/payload.js';
import { MessageTooLargeError, WampError } from './errors.js';
import type { Link } from './link.js';
import { outgoing, PASSTHRU } from './link.js';
import { Result } from './result.js';
import { textOf } from './thrown.js';

/** What a dealer has to announce for an option to do anything. */
const needs = /* @__PURE__ */ new Map([PASSTHRU]);

/** A call that is to be answered. */
export interface Answered {
  /** INVOCATION.Request */
  readonly id: Id;
  /** What was called; undefined when that is not known, and no interceptor is asked. */
  readonly procedure: Uri | undefined;
}

/**
 * What a callee says of the calls that it was sent. An answer that cannot be sent becomes an ERROR that says so: the
 * caller is not left waiting, and nothing but this call is hurt by what a handler returned or threw.
 */
export class Answers {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  /** Sends a part of the answer. @throws as `Link.send` does, InvalidArgumentError, and what an interceptor throws */
  part(call: Answered, part: unknown): number {
    const message = this.#yield(call, part, { progress: true });
    // An empty part is a part all the same: without a payload it would be a grant.
    const payload = message.payload ?? Payload.from({ args: [], kwargs: undefined });
    return this.#link.send({ ...message, payload });
  }

  /** Lets the caller send so many more chunks. */
  grant({ id }: Answered, chunks: number): void {
    this.#link.send({ code: Code.YIELD, request: id, options: { progress: true, [CREDIT]: chunks } });
  }

  /** Answers with what a handler returned. */
  value(call: Answered, value: unknown): void {
    this.#send(call, () => this.#yield(call, value, {}));
  }

  /** Answers with an error. */
  error(call: Answered, error: WampError): void {
    this.#send(call, () => this.#error(call, error));
  }

  #send(call: Answered, make: () => Yield | WampErrorMessage): void {
    // The session may have ended meanwhile, and then there is nobody to answer.
    if (!this.#link.isOpen) return;
    try {
      this.#link.send(make());
    } catch (cause) {
      this.#link.report(cause, { where: 'invocation handler', uri: call.procedure ?? '' });
      this.#explain(call, errorFor(cause));
    }
  }

  /** The error that stands for an answer; where an interceptor refuses that too, it goes out without being shown to it. */
  #explain(call: Answered, error: WampError): void {
    try {
      this.#link.send(this.#error(call, error));
    } catch {
      if (!this.#link.isOpen) return;
      const plain = new WampError(ErrorUri.RUNTIME_ERROR, ['the answer cannot be sent']);
      this.#link.send(this.#error({ ...call, procedure: undefined }, plain));
    }
  }

  #yield({ id, procedure = '' }: Answered, value: unknown, more: Dict): Yield {
    // Whether it is a part is not for a result to say that came from elsewhere and is only passed on.
    const { args, kwargs, details } = Result.of(value);
    const { progress: _, [CREDIT]: __, ...options } = { ...details };
    const content = { args, kwargs, options: { ...options, ...more } };
    const sent = outgoing(this.#link, 'dealer', 'yield', procedure, content, needs);
    return { code: Code.YIELD, request: id, ...sent };
  }

  #error({ id, procedure }: Answered, { uri, args, kwargs }: WampError): WampErrorMessage {
    const { options, payload } =
      procedure === undefined
        ? { options: {}, payload: Payload.of(args) }
        : this.#link.interceptors.send('error', procedure, { args, kwargs, options: {}, error: uri });
    return { code: Code.ERROR, requestType: Code.INVOCATION, request: id, details: options, error: uri, payload };
  }
}

/** What was thrown, if it is an error that names its own URI. */
export function wampErrorOf(thrown: unknown): WampError | undefined {
  try {
    return thrown instanceof WampError ? thrown : undefined;
  } catch {
    return undefined;
  }
}

/** What the caller is told of an answer that cannot be sent. */
function errorFor(cause: unknown): WampError {
  const own = wampErrorOf(cause);
  if (own) return own;
  const known = cause instanceof EncodeError || cause instanceof MessageTooLargeError;
  return new WampError(known ? cause.uri : ErrorUri.RUNTIME_ERROR, [`the answer cannot be sent: ${textOf(cause)}`]);
}
