// What client libraries spend on each event that they receive and on each call that they make, of their own processor
// time: npm run bench:clients
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isThere, peers, start } from '../peers.mjs';
import { median } from '../process.mjs';

/** So many that the state of the heap in which a client begins is not what is measured. */
const COUNT = 100_000;
/** Times that each client has its turn, so that a disturbance hits none of them alone. */
const ROUNDS = 3;
/** Measured in one turn, behind one more for the compiler. */
const MEASURED = 2;
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(3).slice(0, 100);
const runner = fileURLToPath(new URL('./run.mjs', import.meta.url));
/** `npm run bench:clients -- wigwag autobahn` measures these alone. */
const only = process.argv.slice(2);
/** The client, its server, and what is published and answered where the server's dialect does not wrap the text itself. */
const clients = [
  ['wigwag', 'wigwag'],
  ['wigwag-single', 'wigwag'],
  ['autobahn', 'wigwag'],
  ['wampy', 'wigwag'],
  ['socketio', 'socketio'],
  ['nats', 'nats'],
  ['nats-json', 'nats', JSON.stringify({ msg: letters })],
];

/** Publishes some events, as fast as the one that paces them hears of its own. */
function publish(publisher, pacer, payload, count) {
  let [sent, heard] = [0, 0];
  return new Promise((resolve) => {
    const pump = () => {
      while (sent < count && sent - heard < 64) {
        sent++;
        publisher.publish('bench.client', payload);
      }
      if (heard === count) resolve();
    };
    pacer.onEvent = () => {
      heard++;
      pump();
    };
    pump();
  });
}

async function measure(name, server, payload) {
  const [publisher, pacer, callee] = [await server.open(), await server.open(), await server.open()];
  await pacer.subscribe('bench.client');
  await callee.register('bench.call', payload);
  const child = fork(runner, [name, server.url]);
  const next = () => new Promise((resolve) => child.once('message', resolve));
  await next();
  const seen = { events: [], calls: [] };
  for (let at = 0; at <= MEASURED; at++) {
    child.send({ kind: 'events', count: COUNT });
    await next();
    const heard = next();
    await publish(publisher, pacer, payload, COUNT);
    const events = await heard;
    child.send({ kind: 'calls', count: COUNT, argument: letters, inFlight: 32 });
    const calls = await next();
    if (at === 0) continue;
    seen.events.push(events.cpu);
    seen.calls.push(calls.cpu);
  }
  child.kill();
  for (const { connection } of [publisher, pacer, callee]) connection.close();
  return seen;
}

const wanted = clients.filter(([name, peer]) => (only.length === 0 || only.includes(name)) && isThere(peers[peer]));
const seen = new Map(wanted.map(([name]) => [name, { events: [], calls: [] }]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, peer, payload = letters] of round % 2 === 0 ? wanted : [...wanted].reverse()) {
    const server = await start(peers[peer]);
    try {
      const { events, calls } = await measure(name, server, payload);
      seen.get(name).events.push(...events);
      seen.get(name).calls.push(...calls);
    } finally {
      await server.stop();
    }
  }
}
console.log('| client | µs an event | µs a call |\n| --- | --- | --- |');
for (const [name, { events, calls }] of seen) {
  console.log(`| ${name} | ${median(events).toFixed(2)} | ${median(calls).toFixed(2)} |`);
}
process.exit(0);
