// Serves streams until it is stopped: `node callee.mjs URL`.
import { Result } from '@wigwag/core';
import { cbor } from '@wigwag/core/serializer/cbor';
import { connect } from '@wigwag/node';
import { MemoryWatch } from './memory.mjs';

const client = await connect(process.argv[2], { realm: 'realm1', serializers: [cbor()] });

/** Reads what comes. @returns how many bytes came, and how much memory they took at the peak */
await client.register('stream.swallow', async (_, { input }) => {
  const watch = new MemoryWatch();
  let bytes = 0;
  for await (const { args } of input) bytes += args[0].length;
  return new Result([], { bytes, peak: watch.stop() });
});

/** Sends back what comes, as it comes. */
await client.register('stream.echo', async (_, { input, progress }) => {
  const watch = new MemoryWatch();
  let bytes = 0;
  for await (const part of input) {
    bytes += part.args[0].length;
    await progress(part);
  }
  return new Result([], { bytes, peak: watch.stop() });
});

/** What the last call of `stream.endless` heard: how many chunks, and when it was told to stop. */
let heard = { chunks: 0, stopped: 0 };
await client.register('stream.endless', async (_, { input, signal }) => {
  heard = { chunks: 0, stopped: 0 };
  signal.addEventListener('abort', () => {
    heard.stopped = Date.now();
  });
  for await (const _chunk of input) heard.chunks++;
});
await client.register('stream.heard', () => heard);

process.on('SIGTERM', () => client.close());
console.log('ready');
