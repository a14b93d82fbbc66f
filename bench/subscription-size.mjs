// What a router holds for each of very many subscriptions, each a topic of its own, when the garbage is collected; the
// connections that they come through are left out: npm run bench:subscriptions [-- 1000000]
import { jsonSlices } from '../packages/core/dist/serializer/json-slices.js';
import { anonymous, byRole, Router, rules } from '../packages/router/dist/index.js';

const count = Number(process.argv[2] ?? 1_000_000);
const SESSIONS = 500;
const serializer = jsonSlices();
const router = new Router({
  authenticators: [anonymous({ authrole: 'client' })],
  authorization: byRole({ client: rules([{ uri: 'bench.', match: 'prefix', allow: ['subscribe'] }]) }),
});

/** A session whose peer takes whatever comes. @returns how to send it a message */
function join() {
  const ignore = () => {};
  let owner;
  router.attach({
    serializer,
    buffered: 0,
    peer: 'bench',
    attach: (session) => {
      owner = session;
    },
    send: ignore,
    close: ignore,
    terminate: ignore,
    pause: ignore,
    resume: ignore,
  });
  const send = (message) => owner.message(Buffer.from(JSON.stringify(message)));
  send([1, 'realm1', { roles: { subscriber: {} } }]);
  return send;
}

function used() {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const sessions = Array.from({ length: SESSIONS }, join);
await turn();
const before = used();
for (let at = 0; at < count; at++) {
  sessions[at % SESSIONS]([32, Math.floor(at / SESSIONS) + 1, {}, `bench.topic.n${at}`]);
  if (at % SESSIONS === SESSIONS - 1) await turn();
}
await turn();
const bytes = (used() - before) / count;
const { subscriptions } = router.stats();
if (subscriptions !== count) throw new Error(`there are ${subscriptions} subscriptions, and there should be ${count}`);
console.log(`${count} subscriptions: ${bytes.toFixed(0)} bytes each, with their topics`);
process.exit(0);
