import * as CloseUri from '../wire/close-uris.js';
import { CREDIT, grantOf } from '../wire/credit.js';
import type { Invocation as InvocationMessage, Uri } from '../wire/messages.js';
import { ChunkQueue } from './chunk-queue.js';
import { Countdown } from './countdown.js';
import { Credit } from './credit.js';
import { SessionClosedError } from './errors.js';
import type { Result } from './result.js';
import { Grants, UNHEEDED_LIMIT, WINDOW, WINDOW_BYTES } from './stream-credit.js';

/** What a call in progress asks of its callee. */
export interface RunningOptions {
  readonly procedure: Uri;
  /** Lets the caller send so many more chunks. */
  readonly grant: (chunks: number) => void;
  /** The caller sends faster than the handler reads, and heeds no credit. */
  readonly onOverflow: () => void;
  /** The caller's time is up, which this side keeps (`forward_timeout`). */
  readonly onTimeout: (milliseconds: number) => void;
  /** A chunk's message as the handler reads it. */
  readonly read: (message: InvocationMessage) => Result;
}

/** One call in progress at its callee: what it still receives, and how much it may send. */
export class Running {
  /** What was called, also where the registration is of a pattern. */
  readonly procedure: Uri;
  readonly input: ChunkQueue<Result>;
  readonly credit: Credit;
  /** Whether the caller sends, or takes, more than one message. */
  readonly isProgressive: boolean;
  /** Settles, never rejects, with the parts of the answer that are on their way; undefined where there were none. */
  parts: Promise<unknown> | undefined;
  /** What the error hook was told of already. */
  reported: unknown;
  #over: Error | undefined;
  readonly #controller = new AbortController();
  readonly #countdown: Countdown | undefined;
  readonly #read: (message: InvocationMessage) => Result;

  constructor(
    { details }: InvocationMessage,
    { procedure, grant, onOverflow, onTimeout, read: readChunk }: RunningOptions,
  ) {
    this.procedure = procedure;
    this.#read = readChunk;
    const window = details[CREDIT];
    const metered = typeof window === 'number';
    this.isProgressive = details.progress === true || details.receive_progress === true;
    this.credit = new Credit(metered ? window : Number.POSITIVE_INFINITY, WINDOW_BYTES);
    const grants = metered ? new Grants(grant) : undefined;
    const onRead = (bytes: number) => grants?.read(bytes);
    this.input = new ChunkQueue({ limit: metered ? WINDOW : UNHEEDED_LIMIT, onRead, onOverflow });
    if (details.progress !== true) this.input.end();
    const { timeout } = details;
    this.#countdown = timeout ? new Countdown(timeout, () => onTimeout(timeout)) : undefined;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A further INVOCATION of the same call: a chunk of input, its end, or a grant. @param bytes its size */
  receive(message: InvocationMessage, bytes: number): void {
    const { details, payload } = message;
    const granted = grantOf(details, payload);
    if (granted !== undefined) {
      this.credit.grant(granted);
      return;
    }
    if (payload) this.#take(message, bytes);
    if (details.progress !== true) this.input.end();
  }

  /** What cannot be read fails the input, and so the handler that reads it. */
  #take(message: InvocationMessage, bytes: number): void {
    try {
      this.input.push(this.#read(message), bytes);
    } catch (error) {
      this.input.fail(error);
    }
  }

  /** A part of the answer was sent: the caller's time counts anew (spec: "Progressive Call Results", "Timeouts"). */
  progressed(): void {
    this.#countdown?.restart();
  }

  /** A part is on its way: the answer comes behind it, and nobody has to await it for its failure to be handled. */
  follow(part: Promise<void>): Promise<void> {
    const parts = Promise.allSettled([this.parts, part]);
    this.parts = parts;
    return part;
  }

  /** The call is over. */
  end(): void {
    this.#countdown?.stop();
  }

  /** The handler has answered: what it still sends or reads comes to nothing. */
  finish(): void {
    this.#close(new SessionClosedError(CloseUri.NORMAL, { message: 'the call is over' }));
    this.input.end();
  }

  /** The call is over for a reason that the handler did not give. */
  abort(error: Error): void {
    this.#close(error);
    this.input.fail(error);
    this.#controller.abort(error);
  }

  /** @throws why the call is over, once it is */
  throwIfOver(): void {
    if (this.#over) throw this.#over;
  }

  #close(error: Error): void {
    this.end();
    this.#over = error;
    this.credit.end(error);
  }
}
