// Runs one load against one peer, with the server and the load in processes of their own.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const runner = fileURLToPath(new URL('./load/run.mjs', import.meta.url));

/** @returns figures, or `{ error }` */
export function measure(peer, workload, options) {
  return new Promise((resolve) => {
    const child = fork(runner);
    let figures = { error: 'the load ended without a word' };
    child.on('message', (message) => {
      figures = message;
    });
    child.on('exit', () => resolve(figures));
    child.send({ peer, workload, options });
  });
}
