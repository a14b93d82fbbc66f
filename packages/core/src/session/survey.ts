import * as ErrorUri from '../wire/error-uris.js';
import { ProtocolError } from '../wire/errors.js';
import { isDict } from '../wire/fields.js';
import { isId } from '../wire/ids.js';
import type { Id, Uri } from '../wire/messages.js';
import type { CallStream } from './call-stream.js';
import type { CallRequest } from './caller.js';
import { requireA } from './check.js';
import { WampError } from './errors.js';
import type { Result } from './result.js';

/** What one callee answered. */
export interface SurveyAnswer {
  /** Its session. */
  readonly callee: Id;
  /** As `call` would give it. */
  readonly value: unknown;
  readonly result: Result;
}

/** How a survey ended; each callee that was asked is in one of the first two lists. */
export interface SurveyOutcome {
  /** Sessions whose answer came. */
  readonly answered: readonly Id[];
  /** Sessions that failed, left, or had not answered in time. */
  readonly missing: readonly Id[];
  /** What is known of why: the errors of those that failed or left. */
  readonly errors: readonly { readonly callee: Id; readonly error: Uri }[];
}

/** Who can make such a call: a client, or a session. @typeParam Options what its `stream` takes */
export interface Surveyor<Options> {
  stream(procedure: Uri, args?: readonly unknown[], options?: Options): CallStream;
}

/**
 * Calls everybody who serves a procedure with `invoke: 'all'`: `survey(client, 'fleet.status', [], { timeout: 2_000 })`.
 * It ends once all have answered or `timeout` has passed.
 * @throws InvalidArgumentError for what is no client; all else rejects the survey's `outcome` and its iteration
 */
export function survey<Options extends CallRequest>(
  client: Surveyor<Options>,
  procedure: Uri,
  args?: readonly unknown[],
  options?: Options,
): Survey {
  requireA('client', client, 'stream');
  return new Survey(client.stream(procedure, args, options));
}

/**
 * One call to everybody who serves a procedure with `invoke: 'all'`: iterate for the answers, in the order in which they
 * come, await `outcome` for who was asked. Breaking out of the iteration cancels the call at those who still work.
 */
export class Survey implements AsyncIterable<SurveyAnswer> {
  readonly #stream: CallStream;

  /** @param stream a call of the procedure, as `stream` makes it */
  constructor(stream: CallStream) {
    this.#stream = stream;
  }

  /**
   * Resolves when everybody has answered or left, or the call's `timeout` has passed. Who awaits it without iterating
   * loses the answers. @throws as `call` does, and ProtocolError when the procedure is served by one callee alone
   */
  get outcome(): Promise<SurveyOutcome> {
    return this.#stream.result.then(({ kwargs: { answered, missing, errors } }) => {
      if (!isIds(answered) || !isIds(missing)) {
        throw new ProtocolError("this procedure is not registered with invoke: 'all': one callee answered for itself");
      }
      return { answered, missing, errors: Array.isArray(errors) ? errors.filter(isFailure) : [] };
    });
  }

  /** Ends it here and at those who still work; `outcome` and the iteration reject with `reason`. */
  cancel(reason: unknown = new WampError(ErrorUri.CANCELED, ['canceled by its caller'])): void {
    this.#stream.cancel(reason);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SurveyAnswer, undefined> {
    for await (const result of this.#stream) {
      const { _callee: callee } = result.details;
      if (callee !== undefined) yield { callee, value: result.value, result };
    }
  }
}

function isIds(value: unknown): value is readonly Id[] {
  return Array.isArray(value) && value.every(isId);
}

function isFailure(value: unknown): value is SurveyOutcome['errors'][number] {
  return isDict(value) && isId(value.callee) && typeof value.error === 'string';
}
