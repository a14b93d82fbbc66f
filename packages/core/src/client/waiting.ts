import { OfflineError, TimeoutError } from '../session/errors.js';
import { after } from '../transport/after.js';
import { onAbort } from '../transport/on-abort.js';
import { count } from '../wire/rules.js';
import { requireSettings } from '../wire/settings.js';

/** What a request that may wait for a session says of its patience. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; undefined or 0 waits as long as it takes. */
  readonly timeout?: number | undefined;
}

interface Entry {
  readonly run: () => void;
  readonly reject: (error: unknown) => void;
}

/** Where a client keeps the requests that wait for a session, in the order in which they were made. */
export interface WaitingRoom {
  /** Until there is a session; then resolves with what `run` resolves with. @throws OfflineError for one too many */
  add<T>(run: () => Promise<T>, patience: Patience): Promise<T>;
  /** There is a session: sends all, in the order they were made. */
  flush(): void;
  rejectAll(error: Error): void;
}

/** Options of `waiting`. */
export interface WaitingOptions {
  /** How many requests may wait for a session. Default 1 000. */
  readonly limit?: number | undefined;
}

/**
 * Lets requests wait for a session, those with the option `offline: 'wait'`:
 * `connect(url, { realm, waiting: waiting(), offline: 'wait' })`.
 * @throws InvalidArgumentError
 */
export function waiting(options: WaitingOptions = {}): () => WaitingRoom {
  requireSettings({ limit: count }, options);
  return () => new WaitingRequests(options.limit ?? 1_000);
}

/**
 * Requests made while there is no session, in order. One that is rejected, by its signal, its deadline or the client's
 * end, has left for good: it is never sent afterwards.
 */
class WaitingRequests implements WaitingRoom {
  readonly #limit: number;
  readonly #entries = new Set<Entry>();

  /** @param limit how many may wait; one more is rejected with OfflineError */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add<T>(run: () => Promise<T>, { signal, timeout }: Patience): Promise<T> {
    if (this.#entries.size >= this.#limit) {
      const text = `${this.#limit} requests wait for a session already; see waiting({ limit })`;
      return Promise.reject(new OfflineError(text));
    }
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      let stopTimer = () => {};
      let ignore = () => {};
      const release = () => {
        this.#entries.delete(entry);
        stopTimer();
        ignore();
      };
      const entry: Entry = {
        run: () => {
          release();
          run().then(resolve, reject);
        },
        reject: (error) => {
          release();
          reject(error);
        },
      };
      if (signal) ignore = onAbort(signal, () => entry.reject(signal.reason));
      if (timeout !== undefined && timeout > 0) {
        stopTimer = after(timeout, () => {
          entry.reject(new TimeoutError(`no session came within ${timeout} ms, and nothing was sent`));
        });
      }
      this.#entries.add(entry);
    });
  }

  flush(): void {
    for (const entry of [...this.#entries]) entry.run();
  }

  rejectAll(error: Error): void {
    for (const entry of [...this.#entries]) entry.reject(error);
  }
}
