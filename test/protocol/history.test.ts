import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Client, EventsMissedError } from '@wigwag/core';
import { Client as ClientOf, historyOf, recovery, webSocket } from '@wigwag/core';
import { cbor } from '@wigwag/core/serializer/cbor';
import type { Transport } from '@wigwag/core/transport';
import { openWebSocket } from '@wigwag/core/transport/open-websocket';
import type { RouterOptions } from '@wigwag/router';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { Stage } from '../support/peers.js';
import { Running } from '../support/process.js';
import { Log, until } from '../support/until.js';
import type { Cell } from './support/matrix.js';
import { matrix, sessionOf } from './support/matrix.js';

const acknowledge = true;
const options: RouterOptions = { history: [{ topic: 'shop.', match: 'prefix' }] };
/** A client that comes back when the test says so. */
const patient = { backoff: { initial: 600_000, max: 600_000 }, random: () => 0.99 };

/** Ends a client's session as a restart of the router would; resolves when it waits to come back. */
async function cut(client: Client, by: Client): Promise<void> {
  await by.call('wamp.session.kill', [sessionOf(client)], { kwargs: { reason: 'wamp.close.system_shutdown' } });
  await until(() => client.state.type === 'waiting');
}

async function back(client: Client): Promise<void> {
  client.wake();
  await until(() => client.state.type === 'joined');
}

matrix(
  'event_history: what was published before, filtered, in the details that it was published with',
  async ({ connect }) => {
    const [publisher, reader] = [await connect(), await connect()];
    const ids: unknown[] = [];
    for (let at = 0; at < 5; at++) {
      ids.push(await publisher.publish(at % 2 ? 'shop.odd' : 'shop.even', [at], { kwargs: { at }, acknowledge }));
    }
    await publisher.publish('shop.even', ['not kept'], { acknowledge, exclude: [1] });
    const subscription = await reader.subscribe('shop.', () => {}, { match: 'prefix' });
    const all = await historyOf(reader, subscription);
    expect(all.events.map(({ publication }) => publication)).toEqual(ids);
    expect(all.events[1]).toMatchObject({ topic: 'shop.odd', args: [1], kwargs: { at: 1 } });
    expect(Date.parse(all.events[1]?.timestamp ?? '')).toBeGreaterThan(1_700_000_000_000);
    expect(all.complete).toBe(true);
    const last = await historyOf(reader, subscription, { topic: 'shop.even', reverse: true, limit: 2 });
    expect(last.events.map(({ args }) => args[0])).toEqual([4, 2]);
    expect(last.complete).toBe(false);
    const between = await historyOf(reader, subscription, {
      after_publication: Number(ids[0]),
      until_publication: Number(ids[2]),
      from_time: '2000-01-01T00:00:00Z',
    });
    expect(between.events.map(({ args }) => args[0])).toEqual([1, 2]);
    await expect(
      historyOf(reader, subscription, { from_publication: Number(ids[2]), before_publication: Number(ids[1]) }),
    ).rejects.toMatchObject({ uri: 'wamp.error.invalid_argument' });
  },
  options,
);

matrix(
  'event_history: a subscriber that was away gets what it missed, in order and once, its own publications excepted',
  async ({ connect }: Cell) => {
    const missed: EventsMissedError[] = [];
    const [publisher, reader] = [await connect(), await connect(patient)];
    const log = new Log<unknown>();
    const onMissed = (error: EventsMissedError) => void missed.push(error);
    const subscription = await reader.subscribe('shop.tick', ({ args }) => log.push(args[0]), { onMissed });
    expect(subscription.recovers).toBe(true);
    let sent = 0;
    const publish = async (count: number) => {
      for (let at = 0; at < count; at++) await publisher.publish('shop.tick', [++sent], { acknowledge });
    };
    await publish(3);
    await reader.publish('shop.tick', ['own'], { acknowledge });
    for (let round = 0; round < 3; round++) {
      await cut(reader, publisher);
      await publish(7);
      // Some before it is back, some while it catches up, some behind.
      const under = publish(7);
      await back(reader);
      await under;
    }
    await log.first(sent);
    await reader.call('wamp.session.count');
    expect(log.entries).toEqual(Array.from({ length: sent }, (_, at) => at + 1));
    expect(missed).toEqual([]);
  },
  options,
);

matrix(
  'event_history: what the router has dropped is told, and what it has is handed out',
  async ({ connect }) => {
    const [publisher, reader] = [await connect(), await connect(patient)];
    const [log, missed] = [new Log<unknown>(), new Log<EventsMissedError>()];
    await reader.subscribe('few', ({ args }) => log.push(args[0]), { onMissed: missed.push });
    await publisher.publish('few', [0], { acknowledge });
    await cut(reader, publisher);
    for (let at = 1; at <= 9; at++) await publisher.publish('few', [at], { acknowledge });
    await back(reader);
    expect(await log.first(4)).toEqual([0, 7, 8, 9]);
    expect(missed.entries).toMatchObject([{ code: 'EVENTS_MISSED', topic: 'few', count: undefined }]);
  },
  { history: [{ topic: 'few', limit: 3 }] },
);

test('a reader that is too slow pulls from the history what was dropped for it, and misses nothing', async () => {
  const stage = await Stage.open({ ...options, onOverflow: 'drop', limits: { maxOutbound: 400_000 } });
  const publisher = await stage.join('websocket', 'json');
  let line: Transport | undefined;
  const open = webSocket(stage.url, { serializers: [cbor()], open: openWebSocket });
  const reader = new ClientOf(
    async (signal) => {
      line = await open(signal);
      return line;
    },
    { realm: 'realm1', recovery: recovery() },
  );
  await reader.connect();
  const [log, missed] = [new Log<unknown>(), new Log<EventsMissedError>()];
  await reader.subscribe('shop.tick', ({ args }) => log.push(args[0]), { onMissed: missed.push });
  line?.pause();
  let sent = 0;
  // Until the sockets' own buffers are full, and then some.
  while (stage.router.stats().overflowed < 100) {
    await publisher.publish('shop.tick', [++sent, 'x'.repeat(20_000)], { acknowledge });
  }
  line?.resume();
  await log.first(sent);
  expect(log.entries).toEqual(Array.from({ length: sent }, (_, at) => at + 1));
  expect(missed.entries).toEqual([]);
  expect(stage.router.stats()).toMatchObject({ dropped: 0, sessions: 2 });
  await reader.close();
  await stage.close();
});

test('every snippet of docs/history.md runs as it is shown', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folder = `${root}artifacts/history`;
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const document = readFileSync(`${root}docs/history.md`, 'utf8').replaceAll('8080', String(port));
  const snippets = [...document.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  const running: Running[] = [];
  const start = async (part: string, prints: string, more = '') => {
    const found = snippets.filter((code) => code.includes(part));
    expect(found).toHaveLength(1);
    const file = `${folder}/${running.length}.mjs`;
    writeFileSync(file, `${found[0]}\n${more}`);
    const program = new Running(process.execPath, [file]);
    running.push(program);
    await program.prints(prints);
    return program;
  };
  try {
    await start('new Router(', 'up', "console.log('up');");
    const reader = await start('onMissed', 'recovers: true');
    const publisher = `await client.publish('shop.orders.new', ['an apple'], { acknowledge: true, exclude_me: false });
await client.publish('shop.tick', [1.2], { acknowledge: true });
const again = await historyOf(client, subscription);
console.log('kept:', again.events[0].args[0], again.complete);`;
    await start('historyOf(client', 'kept: an apple true', publisher);
    await reader.prints('tick 1.2');
  } finally {
    for (const program of running) await program.stop('SIGKILL');
  }
});
