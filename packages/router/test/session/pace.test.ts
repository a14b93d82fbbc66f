import { Code } from '@wigwag/core/wire';
import { afterEach, expect, it } from 'vitest';
import { Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { join } from '../support/memory.js';
import { until } from '../support/peer.js';

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
