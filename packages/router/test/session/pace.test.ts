import { Code } from '@wigwag/core/wire';
import { afterEach, describe, expect, it } from 'vitest';
import { allowAll, Router } from '../../src/index.js';
import { Pace } from '../../src/session/pace.js';
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

describe('a pace by itself', () => {
  const unlimited = { maxMessageRate: Number.POSITIVE_INFINITY, maxByteRate: Number.POSITIVE_INFINITY };
  const pace = (rates: { maxMessageRate?: number; maxByteRate?: number }, now = 0) => {
    const made = Pace.of({ ...unlimited, maxOverRate: 3_000, ...rates }, now);
    if (!made) throw new Error('there is a rate');
    return made;
  };

  it('is none where nothing is limited', () => {
    expect(Pace.of({ ...unlimited, maxOverRate: 0 }, 0)).toBeUndefined();
  });

  it.each([1, 3, 7, 10, 1_000])('lets %i messages a second through at once, however late it is', (rate) => {
    for (const now of [0, 1e6 / 3, 1e10 / 7]) {
      const made = pace({ maxMessageRate: rate }, now);
      for (let sent = 0; sent < rate; sent++) expect(made.after(100, now)).toEqual({ type: 'on' });
      expect(made.after(100, now)).toEqual({ type: 'wait', milliseconds: expect.closeTo(1_000 / rate, 3) });
    }
  });

  it('is as much behind as there are messages or bytes too many, whichever that is longer', () => {
    const made = pace({ maxMessageRate: 10, maxByteRate: 1_000 });
    expect(made.after(3_000, 0)).toEqual({ type: 'wait', milliseconds: 2_000 });
    for (let sent = 1; sent < 30; sent++) made.after(0, 0);
    expect(made.due(0)).toBe(2_000);
    expect(made.after(0, 0)).toEqual({ type: 'wait', milliseconds: 2_100 });
  });

  it('has a second to send ahead after any pause, and no more', () => {
    const made = pace({ maxByteRate: 1_000 });
    made.after(1_000, 0);
    expect(made.due(500)).toBe(-500);
    expect(made.after(1_001, 60_000)).toEqual({ type: 'wait', milliseconds: 1 });
  });

  it('gives up who presses for too long without a rest of half of what it may be ahead by', () => {
    const [pressing, resting] = [pace({ maxMessageRate: 10 }), pace({ maxMessageRate: 10 })];
    const press = (made: Pace, now: number) => {
      let verdict = made.after(1, now);
      while (verdict.type === 'on') verdict = made.after(1, now);
      return verdict.type;
    };
    for (let now = 0; now <= 3_000; now += 100)
      expect([press(pressing, now), press(resting, now)]).toEqual(['wait', 'wait']);
    // It is ahead by 1 100 ms then, and by 500 ms when it goes on.
    expect(press(resting, 3_600)).toBe('wait');
    const message = 'this session has sent more than 10 messages a second for over 3000 ms';
    expect(pressing.after(1, 3_100)).toEqual({ type: 'over', message });
  });

  it('takes what is empty at a rate of 0, and nothing else', () => {
    const made = pace({ maxByteRate: 0 });
    expect(made.after(0, 1)).toEqual({ type: 'on' });
    expect(made.after(1, 2)).toEqual({ type: 'wait', milliseconds: Number.POSITIVE_INFINITY });
  });
});
