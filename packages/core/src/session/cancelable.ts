import { onAbort } from '../transport/on-abort.js';

/**
 * `work`, unless `signal` aborts first: then rejects with the signal's reason, and what becomes of `work` is ignored.
 * @param onWin run once when the signal wins
 */
export function cancelable<T>(signal: AbortSignal | undefined, work: Promise<T>, onWin?: () => void): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => {
      onWin?.();
      reject(signal.reason);
    };
    if (signal.aborted) abort();
    const release = onAbort(signal, abort);
    // Released before anybody hears of it: what happens then is not the signal's business any more.
    work.finally(release).then(resolve, reject);
  });
}
