import { OfflineError, TimeoutError } from '../session/errors.js';
import type { Session } from '../session/session.js';
import { after } from '../transport/after.js';
import { onAbort } from '../transport/on-abort.js';

/** What a request that may wait for a session says of its patience. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; undefined or 0 waits as long as it takes. */
  readonly timeout?: number | undefined;
}

interface Entry {
  readonly run: (session: Session) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Requests made while there is no session, in order. One that is rejected, by its signal, its deadline or the client's
 * end, has left for good: it is never sent afterwards.
 */
export class WaitingRequests {
  readonly #limit: number;
  readonly #entries = new Set<Entry>();

  /** @param limit how many may wait; one more is rejected with OfflineError */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  add<T>(run: (session: Session) => Promise<T>, { signal, timeout }: Patience): Promise<T> {
    if (this.#entries.size >= this.#limit) {
      const text = `${this.#limit} requests wait for a session already; see the option maxWaiting`;
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
        run: (session) => {
          release();
          run(session).then(resolve, reject);
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

  /** Sends all, in the order they were made. */
  flush(session: Session): void {
    for (const entry of [...this.#entries]) entry.run(session);
  }

  rejectAll(error: Error): void {
    for (const entry of [...this.#entries]) entry.reject(error);
  }
}
