import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts a process for each name, and resolves when all of them are registered. */
export async function hire(names: readonly string[], url: string): Promise<ChildProcess[]> {
  const program = fileURLToPath(new URL('worker.js', import.meta.url));
  const crew = names.map((name) => fork(program, [url, name]));
  await Promise.all(crew.map(ready));
  return crew;
}

async function ready(worker: ChildProcess): Promise<void> {
  const ended = once(worker, 'exit').then(([status]) => {
    throw new Error(`a worker ended with status ${status} before it was ready; what it says stands above`);
  });
  await Promise.race([once(worker, 'message'), ended]);
  ended.catch(() => {});
}

/** Lets the workers leave, and resolves when they have. */
export async function dismiss(crew: readonly ChildProcess[]): Promise<void> {
  const gone = crew.map((worker) => (worker.exitCode ?? worker.signalCode) === null && once(worker, 'exit'));
  for (const worker of crew) if (worker.connected) worker.disconnect();
  await Promise.all(gone);
}
