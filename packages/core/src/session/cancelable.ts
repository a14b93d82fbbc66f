/**
 * `work`, unless `signal` aborts first: then rejects with the signal's reason, and what becomes of `work` is ignored.
 * @param onAbort run once when the signal wins
 */
export function cancelable<T>(signal: AbortSignal | undefined, work: Promise<T>, onAbort?: () => void): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => {
      onAbort?.();
      reject(signal.reason);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const release = () => signal.removeEventListener('abort', abort);
    work.then(resolve, reject).then(release);
  });
}
