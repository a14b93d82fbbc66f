import { Code } from '@wigwag/core/wire';
import { afterEach, describe, expect, test } from 'vitest';
import type { SessionEnd } from '../../src/index.js';
import { logTo, Router } from '../../src/index.js';
import type { Queued } from '../../src/session/pressure.js';
import { Pressure } from '../../src/session/pressure.js';
import { join } from '../support/memory.js';
import { until } from '../support/peer.js';
import { dialIn } from '../support/sockets.js';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Sessions with queues of this many bytes; notes which were ended, and how often they were counted. */
function setUp(cap: number, ...sizes: number[]) {
  const shed: number[] = [];
  const state = { counted: 0 };
  const queues = sizes.map((size, at) => ({ queued: size, shed: () => void shed.push(at) }));
  const pressure = new Pressure(cap, function* (): Iterable<Queued> {
    state.counted++;
    yield* queues.filter((_, at) => !shed.includes(at));
  });
  return { pressure, shed, state };
}

describe('the memory of all queues', () => {
  test('below the cap nobody is ended, and nothing is counted until it could be too much', async () => {
    const { pressure, shed, state } = setUp(1_000, 100, 100);
    for (let at = 0; at < 99; at++) pressure.add(10);
    await nextTurn();
    expect(state.counted).toBe(0);
    for (let at = 0; at < 10; at++) pressure.add(10);
    await nextTurn();
    expect([shed, state.counted]).toEqual([[], 1]);
    pressure.add(790);
    await nextTurn();
    expect(state.counted).toBe(1);
    pressure.add(10);
    await nextTurn();
    expect(state.counted).toBe(2);
  });

  test('above it those with the longest queues are ended, and no more than that takes', async () => {
    const { pressure, shed } = setUp(1_000, 10, 400, 30, 500, 200);
    pressure.add(1_000);
    await nextTurn();
    expect(shed).toEqual([3]);
  });
});

let routers: Router[] = [];
afterEach(async () => {
  await Promise.all(routers.map((router) => router.close()));
  routers = [];
});

test('sessions that do not read are ended together at the cap; those that read are left alone', async () => {
  const router = new Router({ limits: { maxQueuedTotal: 1_000_000 } });
  routers.push(router);
  const dropped: SessionEnd[] = [];
  const lines: string[] = [];
  router.on('session:dropped', (_, end) => dropped.push(end));
  logTo(router, (line) => lines.push(line));
  const [publisher, reader] = [await join(router), await join(router)];
  const slow = await Promise.all(Array.from({ length: 5 }, () => join(router)));
  for (const peer of [reader, ...slow]) await peer.subscribe('news');
  for (const peer of slow) peer.transport.pause();
  // Ten per slow session would be 100 000 bytes each, far below its own cap.
  for (let at = 1; at <= 60; at++) {
    await publisher.ask(Code.PUBLISH, { acknowledge: true }, 'news', ['x'.repeat(10_000)]);
    await nextTurn();
    expect(router.stats().queuedBytes).toBeLessThanOrEqual(1_050_000);
  }
  await until(() => dropped.length > 0);
  const [end] = dropped;
  expect(end).toMatchObject({ type: 'overflow', cap: 1_000_000 });
  expect(end?.type === 'overflow' && end.total).toBeGreaterThan(1_000_000);
  expect(lines.find((line) => line.startsWith('dropped'))).toContain('those of all sessions held');
  await until(() => reader.of(Code.EVENT).length === 60);
  expect(router.stats().dropped).toBe(dropped.length);
  expect(router.stats().sessions).toBe(7 - dropped.length);
});

test('parts of streams count too', async () => {
  const router = new Router({ limits: { maxQueuedTotal: 200_000 } });
  routers.push(router);
  const dropped: SessionEnd[] = [];
  router.on('session:dropped', (_, end) => dropped.push(end));
  const [caller, callee] = [await join(router), await join(router)];
  await callee.register('report');
  caller.say(Code.CALL, 1, { receive_progress: true }, 'report');
  const [, request] = await callee.next(Code.INVOCATION);
  caller.transport.pause();
  for (let at = 0; at < 30; at++) callee.say(Code.YIELD, request, { progress: true }, ['x'.repeat(10_000)]);
  await until(() => dropped.length > 0);
  expect(dropped).toEqual([expect.objectContaining({ type: 'overflow', cap: 200_000 })]);
});

test('nesting: a message deeper than the limit ends its session', async () => {
  const router = new Router({ limits: { maxDepth: 10 } });
  routers.push(router);
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
  const { url } = await router.listen({ port: 0 });
  const peer = await dialIn(url);
  await peer.ask(Code.PUBLISH, { acknowledge: true }, 'news', nested(8));
  peer.say(Code.PUBLISH, 9, {}, 'news', nested(20));
  expect((await peer.next(Code.ABORT))[1]).toMatchObject({ message: expect.stringContaining('deep') });
  await peer.closed;
});
