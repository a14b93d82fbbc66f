// One load against one server, in a process of its own, so that neither the last load nor the next disturbs it.

import { isThere, peers, start } from '../peers.mjs';
import { calls, fanOut, idle, topics } from '../workloads.mjs';

const workloads = { calls, fanOut, idle, topics };

process.on('uncaughtException', (error) => {
  process.send({ error: error.message });
  process.exit(1);
});
process.once('message', async ({ peer: name, workload, options }) => {
  const peer = peers[name];
  if (!isThere(peer)) return process.send({ error: 'not installed' }, () => process.exit(0));
  const server = await start(peer, options.nodeOptions);
  try {
    const figures = await workloads[workload](server, options);
    process.send({ ...figures, ...(options.nodeOptions && { pause: longestPause(server.output) }) });
  } catch (error) {
    process.send({ error: error.message });
  } finally {
    await server.stop();
    process.disconnect();
    process.exit(0);
  }
});

/** Milliseconds, of all that `--trace-gc` told. */
function longestPause(trace) {
  const pauses = [...trace.matchAll(/\bMB, (?:pooled: \S+ MB, )?([\d.]+) \/ [\d.]+ *ms/g)];
  return Math.max(0, ...pauses.map(([, milliseconds]) => Number(milliseconds)));
}
