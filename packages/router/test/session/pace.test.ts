import { Code } from '@wigwag/core/wire';
import { afterEach, expect, it } from 'vitest';
import { allowAll, Router } from '../../src/index.js';
import { anybody, joinAs } from '../support/as.js';
import { TestClock } from '../support/clock.js';
import { join } from '../support/memory.js';
import { until } from '../support/peer.js';
import { dialIn } from '../support/sockets.js';

let router: Router;
afterEach(() => router.close());

it('a session over its rate is read more slowly, and its neighbour is not; nothing is lost', async () => {
  const clock = new TestClock();
  router = new Router({ clock, limits: { maxMessageRate: 100, maxOverRate: 60_000 } });
  const [flood, honest] = [await join(router), await join(router)];
  await honest.subscribe('tick');
  for (let number = 0; number < 300; number++) flood.say(Code.PUBLISH, number + 1, {}, 'tick', [number]);
  await until(() => honest.of(Code.EVENT).length === 100);
  await honest.settled();
  expect(honest.of(Code.EVENT)).toHaveLength(100);

  while (honest.of(Code.EVENT).length < 300) {
    clock.advance(100);
    await honest.settled();
  }
  const numbers = honest.of(Code.EVENT).map((event) => (event[4] as unknown[])[0]);
  expect(numbers).toEqual(Array.from({ length: 300 }, (_, number) => number));
  expect(flood.isClosed).toBe(false);
});

it('one that presses on is sent ABORT, which says what it was too fast for', async () => {
  const clock = new TestClock();
  router = new Router({ clock, limits: { maxByteRate: 10_000, maxOverRate: 5_000 } });
  const flood = await join(router);
  const text = 'x'.repeat(1_000);
  for (let number = 1; number <= 200; number++) flood.say(Code.PUBLISH, number, {}, 'tick', [text]);
  // Time goes on in steps, so that what was held back comes in between.
  while (flood.of(Code.ABORT).length === 0) {
    clock.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [, details, reason] = await flood.next(Code.ABORT);
  expect(reason).toBe('wigwag.error.limit_exceeded');
  expect(details).toEqual({ message: 'this session has sent more than 10000 bytes a second for over 5000 ms' });
  await flood.closed;
  expect(router.stats().violations).toBe(1);
});

it('the rates are announced where there are any', async () => {
  router = new Router();
  const { welcome: without } = await join(router);
  expect(without[2]).not.toHaveProperty('_max_message_rate');
  expect(without[2]).not.toHaveProperty('_max_byte_rate');
  await router.close();
  router = new Router({ limits: { maxMessageRate: 50, maxByteRate: 1e6 } });
  const { welcome } = await join(router);
  expect(welcome[2]).toMatchObject({ _max_message_rate: 50, _max_byte_rate: 1e6 });
});

it('each role has a rate of its own where one is given, and is told of it', async () => {
  const clock = new TestClock();
  const rates = { backend: { maxMessageRate: Number.POSITIVE_INFINITY }, guest: { maxMessageRate: 2 } };
  const limits = { maxMessageRate: 10 };
  router = new Router({ clock, authenticators: [anybody], authorization: allowAll, limits, rates });
  const watcher = await joinAs(router, 'backend');
  // HELLO counts, and the message that overdraws the rate is handled.
  for (const [role, rate, published] of [
    ['page', 10, 10],
    ['backend', undefined, 100],
    ['guest', 2, 2],
    ['__proto__', 10, 10],
  ] as const) {
    const before = router.stats().published;
    const peer = await joinAs(router, role);
    expect((peer.welcome[2] as Record<string, unknown>)._max_message_rate).toBe(rate);
    for (let number = 1; number <= 100; number++) peer.say(Code.PUBLISH, number, {}, 'tick', [number]);
    for (let turn = 0; turn < 5; turn++) await watcher.settled();
    expect(router.stats().published - before).toBe(published);
  }
});

it('what is over the rate is left on the client’s own side of the socket', async () => {
  const clock = new TestClock();
  router = new Router({ clock, limits: { maxMessageRate: 10 } });
  const { url } = await router.listen({ port: 0 });
  const peer = await dialIn(url);
  for (let number = 1; number <= 3_000; number++) peer.say(Code.PUBLISH, number, {}, 'news', ['x'.repeat(10_000)]);
  await until(() => router.stats().published === 10);
  const honest = await join(router);
  for (let number = 0; number < 5; number++) await honest.settled();
  expect(router.stats().published).toBe(10);
  // Far more than what the operating system holds for both ends.
  expect(peer.transport.buffered).toBeGreaterThan(10_000_000);
});
