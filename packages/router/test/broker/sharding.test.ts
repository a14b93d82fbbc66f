import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import type { Peer } from '../support/peer.js';

const ack = { acknowledge: true };
const heard = (peer: Peer) => peer.of(Code.EVENT).map((event) => (event[4] as unknown[])[0]);

async function stage() {
  const router = new Router();
  const publisher = await join(router);
  const [one, two, plain] = [await join(router), await join(router), await join(router)];
  await one.subscribe('s', { match: 'prefix', nkey: 'one' });
  await two.subscribe('s', { match: 'prefix', nkey: 'two' });
  await plain.subscribe('s', { match: 'prefix' });
  const settled = async () => {
    for (const peer of [one, two, plain]) await peer.settled();
  };
  return { router, publisher, one, two, plain, settled };
}

test('an event with rkey goes to one of the subscribers with nkey, the same for each key, and to all without', async () => {
  const { publisher, one, two, plain, settled } = await stage();
  const keys = Array.from({ length: 40 }, (_, at) => `k${at % 20}`);
  for (const rkey of keys) await publisher.ask(Code.PUBLISH, { ...ack, rkey }, 's.a', [rkey]);
  await settled();
  expect(heard(plain)).toEqual(keys);
  expect(heard(one).length + heard(two).length).toBe(keys.length);
  expect(heard(one).length).toBeGreaterThan(0);
  expect(heard(two).length).toBeGreaterThan(0);
  expect(heard(one).filter((key) => heard(two).includes(key))).toEqual([]);
});

test('an event without rkey goes to every subscriber, with nkey or without', async () => {
  const { publisher, one, two, plain, settled } = await stage();
  await publisher.ask(Code.PUBLISH, ack, 's.a', ['all']);
  await settled();
  for (const peer of [one, two, plain]) expect(heard(peer)).toEqual(['all']);
});

test('the choice is among those who may receive it, and moves when the chosen one leaves', async () => {
  const { router, publisher, one, two, settled } = await stage();
  for (let rkey = 0; rkey < 10; rkey++) {
    await publisher.ask(Code.PUBLISH, { ...ack, rkey, exclude: [one.id] }, 's.a', [rkey]);
  }
  await settled();
  expect(heard(two)).toHaveLength(10);
  expect(heard(one)).toHaveLength(0);
  two.transport.terminate();
  await expect.poll(() => router.stats().sessions).toBe(3);
  for (let rkey = 0; rkey < 10; rkey++) await publisher.ask(Code.PUBLISH, { ...ack, rkey }, 's.a', [rkey]);
  await one.settled();
  expect(heard(one)).toHaveLength(10);
});

test('two sessions of one node key are one node; subscribing again without nkey ends the sharing', async () => {
  const router = new Router();
  const [publisher, one, two] = [await join(router), await join(router), await join(router)];
  await one.subscribe('a.b', { nkey: 7 });
  await two.subscribe('a.b', { nkey: '7' });
  await publisher.ask(Code.PUBLISH, { ...ack, rkey: 'x' }, 'a.b', [1]);
  await two.subscribe('a.b');
  await publisher.ask(Code.PUBLISH, { ...ack, rkey: 'x' }, 'a.b', [2]);
  await one.settled();
  await two.settled();
  expect(heard(one)).toEqual([1, 2]);
  expect(heard(two)).toEqual([2]);
});

test.each([
  [Code.SUBSCRIBE, { nkey: true }, 'SUBSCRIBE.Options.nkey'],
  [Code.PUBLISH, { rkey: [] }, 'PUBLISH.Options.rkey'],
])('a key that is neither text nor number is a violation that names it', async (code, options, name) => {
  const peer = await join(new Router());
  peer.say(code, 1, options, 'a.b');
  const [, details, reason] = await peer.next(Code.ABORT);
  expect(reason).toBe(ErrorUri.PROTOCOL_VIOLATION);
  expect((details as { message: string }).message).toContain(name);
});
