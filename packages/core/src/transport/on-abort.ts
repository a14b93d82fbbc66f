interface Waiting {
  readonly runs: Set<() => void>;
  readonly tell: () => void;
}

/**
 * What waits for each signal, behind one listener for all of it: an application may well hand the same signal to
 * hundreds of calls, and runtimes warn of a leak at the eleventh listener. It belongs to the signal, and goes with it.
 */
const waiting = new WeakMap<AbortSignal, Waiting>();

/**
 * Runs `run` once, when `signal` aborts; never for one that has aborted before.
 * @returns stops that
 */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  const all = waiting.get(signal) ?? listen(signal);
  // A function of its own, so that the same one can wait twice.
  const own = () => run();
  all.runs.add(own);
  return () => {
    if (!all.runs.delete(own) || all.runs.size > 0) return;
    signal.removeEventListener('abort', all.tell);
    waiting.delete(signal);
  };
}

function listen(signal: AbortSignal): Waiting {
  const runs = new Set<() => void>();
  const tell = () => {
    waiting.delete(signal);
    for (const run of [...runs]) if (runs.delete(run)) run();
  };
  signal.addEventListener('abort', tell, { once: true });
  const all = { runs, tell };
  waiting.set(signal, all);
  return all;
}
