// Streams through a router to a callee and prints what came of it: `node caller.mjs URL swallow|echo|cancel MIB`.
import { cbor } from '@wigwag/core/serializer/cbor';
import { connect } from '@wigwag/node';
import { MemoryWatch } from './memory.mjs';

const [, , url, what, size] = process.argv;
const CHUNK = 64 * 2 ** 10;
const chunks = (Number(size) * 2 ** 20) / CHUNK;
const client = await connect(url, { realm: 'realm1', serializers: [cbor()] });

let sent = 0;
/** Chunks, each of its own bytes. */
function* source() {
  while (sent < chunks) yield new Uint8Array(CHUNK).fill(++sent % 256);
}

/** Everything to the callee, and nothing back but the end. */
async function swallow() {
  const { kwargs } = await client.stream('stream.swallow', [], { input: source() }).result;
  return { callee: kwargs };
}

/** Everything to the callee, and everything back at the same time. */
async function echo() {
  const stream = client.stream('stream.echo', [], { input: source() });
  let received = 0;
  let inOrder = true;
  for await (const { args } of stream) {
    received++;
    inOrder &&= args[0].length === CHUNK && args[0][0] === received % 256;
  }
  const { kwargs } = await stream.result;
  return { received: received * CHUNK, inOrder, callee: kwargs };
}

/** Gives up in the middle. */
async function cancel() {
  const stream = client.stream('stream.endless', [], { input: source() });
  while (sent < chunks / 2) await new Promise(setImmediate);
  const atCancel = { at: Date.now(), sent };
  stream.cancel(new Error('enough'));
  const reason = await stream.result.catch((error) => error.message);
  const afterCancel = sent;
  // Whoever calls next finds the callee stopped: what it was told came before.
  const heard = await client.call('stream.heard');
  return { reason, sentAfter: afterCancel - atCancel.sent, heardAfter: heard.chunks - atCancel.sent, ...heard };
}

const started = Date.now();
const watch = new MemoryWatch();
const outcome = await { swallow, echo, cancel }[what]();
const peak = watch.stop();
await client.close();
console.log(JSON.stringify({ peak, seconds: (Date.now() - started) / 1000, sent: sent * CHUNK, ...outcome }));
