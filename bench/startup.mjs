// What a process costs that publishes once and ends, from start to exit: npm run bench:startup [-- --rounds 15]
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { Router } from '@wigwag/router';

const run = promisify(execFile);
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Number(values.rounds);
const router = new Router();
const webSocket = await router.listen({ port: 0 });
const rawSocket = await router.listen({ protocol: 'rawsocket', port: 0 });
const cases = {
  'an empty script': ['empty.mjs'],
  'a script by hand over ws': ['by-hand.mjs', webSocket.url],
  'publishOnce over WebSocket': ['publish-once.mjs', webSocket.url],
  'publishOnce over RawSocket': ['publish-once.mjs', rawSocket.url],
};
const report = fileURLToPath(new URL('scripts/report.mjs', import.meta.url));

/** Milliseconds of processor time of one process, by its own account at its end. */
async function spend([script, ...args]) {
  const path = fileURLToPath(new URL(`scripts/${script}`, import.meta.url));
  const { stdout } = await run(process.execPath, ['--import', report, path, ...args]);
  return Number(stdout);
}

const spent = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, command] of Object.entries(cases)) spent[name].push(await spend(command));
}
await router.close();
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const empty = median(spent['an empty script']);
for (const [name, list] of Object.entries(spent)) {
  const milliseconds = median(list);
  console.log(`${name}: ${milliseconds.toFixed(1)} ms, ${(milliseconds - empty).toFixed(1)} more than an empty one`);
}
