// How an honest client fares beside floods: node test/flood/main.mjs [ATTACK …]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connect } from '@wigwag/node';

const attacks = ['silent', 'logins', 'publishers', 'pings', 'laughs'];
/** How many times its quiet value the honest client's median latency may be. */
const BAR = 3;
/** Milliseconds of one look, and how many there are of each kind: quiet and flooded in turn, so that what else the machine does meets both. */
const LOOK = 500;
const ROUNDS = 4;
/** What a router on the open internet is told; the honest client here stays below. */
const limits = { refusalDelay: 250, maxMessageSize: 2 ** 20, maxMessageRate: 2_000, maxByteRate: 2 ** 20 };

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
/** The next message of a process, or the next that is this word. @throws Error when the process ends before */
async function said(child, word) {
  for (;;) {
    const stop = new AbortController();
    const { signal } = stop;
    const ended = once(child, 'exit', { signal }).then(([code, by]) => {
      throw new Error(`a process ended (${by ?? code})`);
    });
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    ended.catch(() => {});
    stop.abort();
    if (word === undefined || message === word) return message;
  }
}

async function statsOf(router) {
  const answer = said(router);
  router.send('stats');
  return (await answer).stats;
}

/** Until the router has handled all that the attack has left in its sockets. */
async function gone(router) {
  while ((await statsOf(router)).connections > 2) await new Promise((resolve) => setTimeout(resolve, 10));
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** One honest client publishes, another hears of it: milliseconds from one to the other, each behind the one before. */
async function look(publisher, heard, samples) {
  for (const end = performance.now() + LOOK; performance.now() < end; ) {
    const start = performance.now();
    const arrival = heard();
    await publisher.publish('honest.topic', [start], { acknowledge: true });
    await arrival;
    samples.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function beside(name) {
  const router = fork(here('router.mjs'), [JSON.stringify(limits)]);
  const { url } = await said(router);
  const attacker = fork(here('attacks.mjs'), [name, url]);
  await said(attacker, 'up');
  const publisher = await connect(url, { realm: 'realm1' });
  const subscriber = await connect(url, { realm: 'realm1' });
  let arrived = () => {};
  await subscriber.subscribe('honest.topic', () => arrived());
  const heard = () =>
    new Promise((resolve) => {
      arrived = resolve;
    });

  const quiet = [];
  const flooded = [];
  // The first look warms up what is compiled on the way.
  await look(publisher, heard, []);
  for (let round = 0; round < ROUNDS; round++) {
    await look(publisher, heard, quiet);
    const ready = said(attacker, 'ready');
    attacker.send('go');
    await ready;
    await look(publisher, heard, flooded);
    const stopped = said(attacker, 'stopped');
    attacker.send('stop');
    await stopped;
    await gone(router);
  }
  const seen = await statsOf(router);
  await Promise.all([publisher.close(), subscriber.close()]);
  attacker.disconnect();
  router.disconnect();
  return { quiet: median(quiet), flooded: median(flooded), samples: flooded.length, seen };
}

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (attacks.includes(name)) continue;
  console.error(`${name}: no such flood; there are ${attacks.join(', ')}`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : attacks) {
  const { quiet, flooded, samples, seen } = await beside(name);
  const ratio = flooded / quiet;
  const verdict = ratio <= BAR ? 'held' : 'MISSED';
  console.log(
    `${name}: ${quiet.toFixed(3)} ms quiet, ${flooded.toFixed(3)} ms flooded (${samples} samples), ` +
      `${ratio.toFixed(2)}x: ${verdict}; ${seen.refusedSessions} refused, ${seen.violations} violations`,
  );
  if (ratio > BAR) process.exitCode = 1;
}
