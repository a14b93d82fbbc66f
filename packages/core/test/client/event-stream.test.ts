import { expect, test } from 'vitest';
import { Client, eventsOf } from '../../src/client/index.js';
import { Code } from '../../src/wire/index.js';
import { RouterFarm } from '../support/router-farm.js';
import type { ScriptedRouter } from '../support/scripted-router.js';
import { settled } from '../support/scripted-router.js';

async function joined(): Promise<{ client: Client; farm: RouterFarm; router: ScriptedRouter }> {
  const farm = new RouterFarm();
  const client = new Client(farm.connector, { realm: 'realm1', backoff: { initial: 1, max: 1 }, leaveTimeout: 1 });
  const connected = client.connect();
  const router = await farm.next();
  await router.welcome();
  await connected;
  return { client, farm, router };
}

async function accept(router: ScriptedRouter, subscription: number): Promise<void> {
  const { request } = await router.expect(Code.SUBSCRIBE);
  router.send({ code: Code.SUBSCRIBED, request, subscription });
}
const event = (subscription: number, publication: number) =>
  ({ code: Code.EVENT, subscription, publication, details: {} }) as const;

test('events are read in order, through a reconnect, and breaking out unsubscribes', async () => {
  const { client, farm, router } = await joined();
  const stream = eventsOf(client, 'a.b');
  await accept(router, 7);
  await stream.subscribed;
  router.send(event(7, 1));
  router.send(event(7, 2));
  await settled();
  router.drop();
  const again = await farm.next();
  await again.welcome();
  await accept(again, 8);
  again.send(event(8, 3));
  const seen: number[] = [];
  for await (const { publication } of stream) {
    seen.push(publication);
    if (seen.length === 3) break;
  }
  expect(seen).toEqual([1, 2, 3]);
  const { request, subscription } = await again.expect(Code.UNSUBSCRIBE);
  expect(subscription).toBe(8);
  again.send({ code: Code.UNSUBSCRIBED, request });
  await client.close();
});

test('a refused subscription rejects the iteration', async () => {
  const { client, router } = await joined();
  const stream = eventsOf(client, 'a.b');
  const { request } = await router.expect(Code.SUBSCRIBE);
  const error = 'wamp.error.not_authorized';
  router.send({ code: Code.ERROR, requestType: Code.SUBSCRIBE, request, details: {}, error });
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({ uri: error });
  await expect(stream.subscribed).rejects.toMatchObject({ uri: error });
});

test('a reader that falls too far behind gets what was kept, and then an error; the subscription is given up', async () => {
  const { client, router } = await joined();
  const stream = eventsOf(client, 'a.b', { limit: 2 });
  await accept(router, 7);
  for (let publication = 1; publication <= 3; publication++) router.send(event(7, publication));
  await router.expect(Code.UNSUBSCRIBE);
  const reader = stream[Symbol.asyncIterator]();
  expect([await reader.next(), await reader.next()]).toMatchObject([
    { value: { publication: 1 } },
    { value: { publication: 2 } },
  ]);
  await expect(reader.next()).rejects.toMatchObject({ code: 'STREAM_OVERFLOW' });
  expect(await reader.next()).toMatchObject({ done: true });
});

test('aborting the signal unsubscribes, and the iteration rejects with its reason', async () => {
  const { client, router } = await joined();
  const controller = new AbortController();
  const stream = eventsOf(client, 'a.b', { signal: controller.signal });
  await accept(router, 7);
  await stream.subscribed;
  const next = stream[Symbol.asyncIterator]().next();
  controller.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
  await router.expect(Code.UNSUBSCRIBE);
});

test('closing the client, or the stream, ends the iteration', async () => {
  const { client, router } = await joined();
  const [one, two] = [eventsOf(client, 'a.b'), eventsOf(client, 'c.d')];
  await accept(router, 7);
  await accept(router, 8);
  await Promise.all([one.subscribed, two.subscribed]);
  const reads = [one, two].map((stream) => stream[Symbol.asyncIterator]().next());
  const closing = two.close();
  const { request } = await router.expect(Code.UNSUBSCRIBE);
  router.send({ code: Code.UNSUBSCRIBED, request });
  await closing;
  router.drop();
  await client.close();
  expect(await Promise.all(reads)).toEqual(Array(2).fill({ value: undefined, done: true }));
});

test('a stream of a client that is closed already rejects', async () => {
  const { client } = await joined();
  await client.close();
  const stream = eventsOf(client, 'a.b');
  await expect(stream.subscribed).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
});
