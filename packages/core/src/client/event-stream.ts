import { requireA, requireOptions } from '../session/check.js';
import { ChunkQueue } from '../session/chunk-queue.js';
import type { Disposing } from '../session/disposing.js';
import { disposing } from '../session/disposing.js';
import { StreamOverflowError } from '../session/errors.js';
import type { ReceivedEvent } from '../session/received-event.js';
import type { EventHandler } from '../session/run-handler.js';
import { onAbort } from '../transport/on-abort.js';
import type { Uri } from '../wire/messages.js';
import type { Client } from './client.js';
import type { ClientEventsOptions, ClientSubscription } from './options.js';
import type { ClientState } from './state.js';

/**
 * A subscription as something to iterate over: `for await (const event of eventsOf(client, 'shop.tick'))`. Breaking out
 * unsubscribes. Without `onMissed`, the iteration rejects with the EventsMissedError, behind what came before.
 * @throws InvalidArgumentError; all else rejects the stream's `subscribed` and its iteration
 */
export function eventsOf(client: Client, topic: Uri, options: ClientEventsOptions = {}): EventStream {
  requireA('client', client, 'withSession');
  requireOptions(options);
  const { limit, ...rest } = options;
  const onState = (state: ClientState) => {
    if (state.type === 'closed') stream.end(state.error);
  };
  const stream = new EventStream(
    topic,
    { limit, signal: rest.signal, onRelease: () => client.off('state', onState) },
    (handler, onMissed) => client.subscribe(topic, handler, { onMissed, ...rest }),
  );
  client.on('state', onState);
  return stream;
}

/** Options of an event stream. */
export interface EventStreamOptions {
  /** Aborting unsubscribes, and the iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How many events may wait to be read; one more ends the stream with StreamOverflowError. Default 1 000. */
  readonly limit?: number | undefined;
  /** Told when the stream needs nothing of its client any more. */
  readonly onRelease: () => void;
}

/**
 * The events of a subscription, to be read with `for await`. Breaking out unsubscribes. It survives reconnects as its
 * subscription does, and ends when the client is closed.
 */
export class EventStream implements AsyncIterable<ReceivedEvent>, Disposing {
  /** As `close`, for `await using`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  /** Resolves when the router knows; rejects as `Client.subscribe` does, and then so does the iteration. */
  readonly subscribed: Promise<ClientSubscription>;
  readonly #events: ChunkQueue<ReceivedEvent>;
  readonly #release: () => void;

  /** @param subscribe subscribes the handler that it is given, with its `onMissed` */
  constructor(
    topic: string,
    { signal, limit = 1_000, onRelease }: EventStreamOptions,
    subscribe: (handler: EventHandler, onMissed: (missed: Error) => void) => Promise<ClientSubscription>,
  ) {
    disposing(this, () => this.close());
    this.#events = new ChunkQueue({
      limit,
      onOverflow: () => this.#fail(new StreamOverflowError(`${limit} events of ${topic} wait to be read already`)),
      onReturn: () => this.#unsubscribe(),
    });
    const ignore = signal && onAbort(signal, () => this.#fail(signal.reason));
    this.#release = () => {
      ignore?.();
      onRelease();
    };
    this.subscribed = subscribe(
      (event) => this.#events.push(event),
      (missed) => this.#fail(missed),
    );
    this.subscribed.catch((error) => {
      this.#release();
      this.#events.fail(error);
    });
  }

  /** Unsubscribes, and ends the iteration behind what has arrived. */
  async close(): Promise<void> {
    this.#events.end();
    await this.#unsubscribe();
  }

  [Symbol.asyncIterator](): AsyncIterator<ReceivedEvent, undefined> {
    return this.#events;
  }

  /** The client has ended: nothing more comes. */
  end(error: Error | undefined): void {
    this.#release();
    if (error) this.#events.fail(error);
    else this.#events.end();
  }

  #fail(error: unknown): void {
    this.#events.fail(error);
    void this.#unsubscribe();
  }

  async #unsubscribe(): Promise<void> {
    this.#release();
    const subscription = await this.subscribed.catch(() => undefined);
    await subscription?.unsubscribe();
  }
}
