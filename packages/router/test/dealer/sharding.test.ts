import { Code } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import type { Peer } from '../support/peer.js';

const heard = (peer: Peer) => peer.of(Code.INVOCATION).map((invocation) => (invocation[4] as unknown[])[0]);

async function shards(...nkeys: readonly (string | number | undefined)[]) {
  const router = new Router();
  const caller = await join(router);
  const callees: Peer[] = [];
  for (const nkey of nkeys) {
    const callee = await join(router);
    await callee.register('a.b', { invoke: 'roundrobin', ...(nkey !== undefined && { nkey }) });
    callees.push(callee);
  }
  let request = 1_000;
  const call = (rkey?: string | number) => {
    caller.say(Code.CALL, ++request, rkey === undefined ? {} : { rkey }, 'a.b', [rkey ?? null]);
  };
  const settled = async () => {
    await caller.settled();
    for (const callee of callees) await callee.settled();
  };
  return { router, callees, call, settled };
}

test('a call with rkey goes to one of the callees with nkey, always the same for the same key', async () => {
  const { callees, call, settled } = await shards('one', 'two', undefined);
  const keys = Array.from({ length: 40 }, (_, at) => `k${at % 20}`);
  for (const rkey of keys) call(rkey);
  await settled();
  const [one = [], two = [], plain = []] = callees.map(heard);
  expect(plain).toEqual([]);
  expect(one.length + two.length).toBe(keys.length);
  expect(Math.min(one.length, two.length)).toBeGreaterThan(0);
  expect(one.filter((key) => two.includes(key))).toEqual([]);
});

test('an rkey that is the nkey of a callee addresses exactly that one, number or text', async () => {
  const names = ['w1', 'w2', 'w3', 'w4', 5];
  const { callees, call, settled } = await shards(...names);
  for (const name of names) for (let again = 0; again < 3; again++) call(name);
  await settled();
  expect(callees.map(heard)).toEqual(names.map((name) => [name, name, name]));
});

test('callees of one nkey share its calls by the policy', async () => {
  const { callees, call, settled } = await shards('a', 'a', 'b');
  for (let at = 0; at < 4; at++) call('a');
  await settled();
  expect(callees.map((callee) => heard(callee).length)).toEqual([2, 2, 0]);
});

test('a call without rkey goes to any callee, and one with rkey too where no callee is sharded', async () => {
  const sharded = await shards('a', undefined);
  for (let at = 0; at < 4; at++) sharded.call();
  await sharded.settled();
  expect(sharded.callees.map((callee) => heard(callee).length)).toEqual([2, 2]);
  const plain = await shards(undefined, undefined);
  for (let at = 0; at < 4; at++) plain.call('k');
  await plain.settled();
  expect(plain.callees.map((callee) => heard(callee).length)).toEqual([2, 2]);
});

test('when a shard leaves, its keys move, and no others', async () => {
  const { router, callees, call, settled } = await shards('one', 'two', 'three');
  const keys = Array.from({ length: 30 }, (_, at) => at);
  for (const key of keys) call(key);
  await settled();
  const [before = [], ...rest] = callees.map(heard);
  callees.shift()?.transport.terminate();
  await expect.poll(() => router.stats().sessions).toBe(3);
  for (const key of keys) call(key);
  await settled();
  for (const [at, peer] of callees.entries()) {
    const [had = [], now] = [rest[at], heard(peer).slice(rest[at]?.length)];
    expect(now.filter((key) => !before.includes(key))).toEqual(had);
  }
});
