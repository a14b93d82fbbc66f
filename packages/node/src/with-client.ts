import type { Client } from '@wigwag/core';
import { TimeoutError } from '@wigwag/core';
import { after, onAbort } from '@wigwag/core/transport';

/** What bounds a task that has a connection of its own. */
export interface Bounds {
  /** Milliseconds that all of it may take, connecting included; then it rejects with TimeoutError. Default: none. */
  readonly timeout?: number | undefined;
  /** Aborting ends it, and it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects, lets `use` have the client, and closes it, within the bounds. When they are passed, it rejects at once, and
 * what there is of a connection is closed behind it.
 * @param use is handed a signal that aborts when a bound is passed
 * @throws what `Client.connect` throws, what `use` throws, TimeoutError, and the signal's reason
 */
export async function withClient<T>(
  client: Client,
  { timeout = Number.POSITIVE_INFINITY, signal }: Bounds,
  use: (client: Client, bound: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const bound = new AbortController();
  const stopTimer = after(timeout, () => bound.abort(new TimeoutError(`it was not done within ${timeout} ms`)));
  const ignore = signal && onAbort(signal, () => bound.abort(signal.reason));
  const stopClosing = onAbort(bound.signal, () => void client.close());
  try {
    await client.connect();
    const result = await use(client, bound.signal);
    await client.close();
    return result;
  } catch (error) {
    if (!bound.signal.aborted) await client.close();
    throw bound.signal.aborted ? bound.signal.reason : error;
  } finally {
    stopTimer();
    ignore?.();
    stopClosing();
  }
}
