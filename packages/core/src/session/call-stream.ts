import * as ErrorUri from '../wire/error-uris.js';
import { ChunkQueue } from './chunk-queue.js';
import { deferred } from './deferred.js';
import type { Disposing } from './disposing.js';
import { disposing } from './disposing.js';
import { StreamOverflowError, WampError } from './errors.js';
import type { Result } from './result.js';
import { UNHEEDED_LIMIT } from './stream-credit.js';

/** The call behind a stream, as the stream sees it. */
export interface StreamSource {
  /** A part was read: the callee may be granted another. @param bytes its size on the wire */
  read(bytes: number): void;
  /** Ends the call here and at the callee, where the router can; the stream is told through `fail`. */
  abandon(reason: unknown): void;
}

/**
 * A call whose answer comes in parts: iterate over it for the parts, await `result` for the last one.
 * Breaking out of the iteration cancels the call. Who awaits `result` without iterating loses the parts, and no memory.
 */
export class CallStream implements AsyncIterable<Result>, Disposing {
  /** As `cancel`, for `await using`; does nothing to a call that is over. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly #parts = new ChunkQueue<Result>({
    limit: UNHEEDED_LIMIT,
    onRead: (bytes) => this.#source?.read(bytes),
    onOverflow: () => this.cancel(new StreamOverflowError('the parts of the answer come faster than they are read')),
    onReturn: () => this.cancel(),
  });
  readonly #result = deferred<Result>();
  #source: StreamSource | undefined;
  #isOver = false;
  #iterated = false;
  #awaited = false;

  constructor() {
    disposing(this, async () => this.cancel());
    // Unread, it never raises an unhandled rejection.
    this.#result.promise.catch(() => {});
  }

  /** The final answer, in full. @throws as `call` does */
  get result(): Promise<Result> {
    this.#awaited = true;
    this.#discardUnread();
    return this.#result.promise;
  }

  /** Whether nothing more comes: it was answered, failed, or was canceled. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends the call here and, where the router can, at the callee; `result` and the iteration reject with `reason`. */
  cancel(reason: unknown = new WampError(ErrorUri.CANCELED, ['canceled by its caller'])): void {
    if (this.#isOver) return;
    this.#source?.abandon(reason);
    this.fail(reason);
  }

  [Symbol.asyncIterator](): AsyncIterator<Result, undefined> {
    this.#iterated = true;
    return this.#parts;
  }

  /** The call was sent. For the caller's side of a session only, as are the next three. */
  begin(source: StreamSource): void {
    this.#source = source;
  }

  part(result: Result, bytes: number): void {
    this.#parts.push(result, bytes);
    this.#discardUnread();
  }

  finish(result: Result): void {
    this.#isOver = true;
    this.#result.resolve(result);
    this.#parts.end();
  }

  fail(error: unknown): void {
    this.#isOver = true;
    this.#result.reject(error);
    this.#parts.fail(error);
  }

  #discardUnread(): void {
    if (this.#awaited && !this.#iterated && this.#parts.size >= KEPT_UNREAD) this.#parts.discard();
  }
}

/** Who takes `result` first and iterates right afterwards finds the first parts still there. */
const KEPT_UNREAD = 4;
