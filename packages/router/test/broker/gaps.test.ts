import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import type { RouterEvents, RouterOptions } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { limited } from '../support/limited.js';
import { join } from '../support/memory.js';
import { allRoles, until } from '../support/peer.js';

const ack = { acknowledge: true };
const withGaps = { roles: { ...allRoles.roles, subscriber: { features: { _gap: true } } } };

test('an event longer than a subscriber takes is withheld from it, counted and reported; in its place comes a notice', async () => {
  const router = new Router();
  const withheld: RouterEvents['event:withheld'][0][] = [];
  router.on('event:withheld', (event) => withheld.push(event));
  const [publisher, other, small] = [await join(router), await join(router), limited(router, 2_000)];
  await small.join('realm1', withGaps);
  const subscription = await small.subscribe('a', { match: 'prefix' });
  await other.subscribe('a.b');
  await publisher.ask(Code.PUBLISH, ack, 'a.b', [1]);
  const [, , missed] = await publisher.ask(Code.PUBLISH, ack, 'a.b', ['x'.repeat(3_000)]);
  await publisher.ask(Code.PUBLISH, ack, 'a.b', [3]);
  await small.settled();
  const [first, notice, last] = small.of(Code.EVENT);
  expect([first?.[4], last?.[4]]).toEqual([[1], [3]]);
  const details = { topic: 'a.b', _gap: { count: 1, kept: 0, reason: ErrorUri.PAYLOAD_SIZE_EXCEEDED } };
  expect(notice).toEqual([Code.EVENT, subscription, missed, details]);
  expect(other.of(Code.EVENT)).toHaveLength(3);
  expect(withheld).toMatchObject([{ topic: 'a.b', publication: missed, subscribers: 1 }]);
  expect(router.stats().withheld).toBe(1);
});

test('a subscriber that did not announce the notice hears nothing of it', async () => {
  const router = new Router();
  const [publisher, small] = [await join(router), limited(router, 2_000)];
  await small.join();
  await small.subscribe('a.b');
  await publisher.ask(Code.PUBLISH, ack, 'a.b', ['x'.repeat(3_000)]);
  await small.settled();
  expect(small.of(Code.EVENT)).toEqual([]);
  expect(router.stats().withheld).toBe(1);
});

test('a WELCOME longer than the client takes ends the session, and no longer message was sent', async () => {
  const router = new Router();
  const small = limited(router, 512);
  small.say(Code.HELLO, 'realm1', allRoles);
  const [, , reason] = await small.next(Code.ABORT);
  expect(reason).toBe(ErrorUri.PAYLOAD_SIZE_EXCEEDED);
});

const maxOutbound = 1_000_000;
const chunk = 'x'.repeat(16_000);
const slow = (options: RouterOptions = {}) => new Router({ limits: { maxOutbound }, onOverflow: 'drop', ...options });

test('with onOverflow: drop, a slow reader keeps its session; it is told how many events it missed, before the next one', async () => {
  const router = slow({ history: [{ topic: 'kept' }] });
  const told: RouterEvents['events:dropped'][0][] = [];
  router.on('events:dropped', (dropped) => told.push(dropped));
  const [publisher, reader] = [await join(router), await join(router, { details: withGaps })];
  const [kept, lost] = [await reader.subscribe('kept'), await reader.subscribe('lost')];
  reader.transport.pause();
  for (let at = 0; at < 100; at++) {
    await publisher.ask(Code.PUBLISH, ack, at % 4 === 0 ? 'lost' : 'kept', [at, chunk]);
    expect(router.stats().queuedBytes).toBeLessThanOrEqual(maxOutbound / 2);
  }
  const [, , last] = await publisher.ask(Code.PUBLISH, ack, 'lost', ['last', chunk]);
  reader.transport.resume();
  await until(() => told.length > 0);
  await publisher.ask(Code.PUBLISH, ack, 'kept', ['behind']);
  await reader.settled();

  const events = reader.of(Code.EVENT);
  const whole = events.filter((event) => event.length > 4);
  const notices = events.filter((event) => event.length === 4);
  const [first, behind] = [whole.slice(0, -1), whole.at(-1)];
  // What had room came as ever, then the notices, then what came later.
  expect(first.map((event) => (event[4] as unknown[])[0])).toEqual(first.map((_, at) => at));
  expect(behind?.[4]).toEqual(['behind']);
  expect(events.slice(first.length, -1)).toEqual(notices);
  const missed = (subscription: number) => notices.find((notice) => notice[1] === subscription)?.[3];
  const count = (topic: 'kept' | 'lost') => {
    const all = Array.from({ length: 100 }, (_, at) => at).slice(first.length);
    return all.filter((at) => (at % 4 === 0) === (topic === 'lost')).length;
  };
  const reason = ErrorUri.LIMIT_EXCEEDED;
  expect(missed(kept)).toEqual({ _gap: { count: count('kept'), kept: count('kept'), reason } });
  expect(missed(lost)).toEqual({ _gap: { count: count('lost') + 1, kept: 0, reason } });
  expect(notices.find((notice) => notice[1] === lost)?.[2]).toBe(last);
  expect(told).toMatchObject([{ session: reader.id, events: count('kept') + count('lost') + 1 }]);
  expect(router.stats()).toMatchObject({ sessions: 2, dropped: 0, overflowed: 101 - first.length });
});

test('answers still reach a reader whose events are dropped, and too many of them end its session', async () => {
  const router = slow();
  const [publisher, reader] = [await join(router), await join(router)];
  await reader.subscribe('news');
  await publisher.register('echo');
  reader.transport.pause();
  for (let at = 0; at < 100; at++) await publisher.ask(Code.PUBLISH, ack, 'news', [chunk]);
  const call = async (request: number) => {
    reader.say(Code.CALL, request, {}, 'echo', []);
    const [, invocation] = await publisher.next(Code.INVOCATION);
    publisher.say(Code.YIELD, invocation, {}, [chunk]);
    await publisher.settled();
  };
  await call(1_000);
  expect(router.stats()).toMatchObject({ sessions: 2, calls: 0 });
  for (let at = 1; router.stats().dropped === 0; at++) await call(1_000 + at);
  expect(router.stats()).toMatchObject({ sessions: 1, subscriptions: 0 });
});

test('a reader that announced no notice gets the events that fit, and nothing else', async () => {
  const router = slow();
  const [publisher, reader] = [await join(router), await join(router)];
  await reader.subscribe('news', { match: 'prefix' });
  reader.transport.pause();
  for (let at = 0; at < 100; at++) await publisher.ask(Code.PUBLISH, ack, 'news', [at, chunk]);
  reader.transport.resume();
  await until(() => reader.of(Code.EVENT).length === 100 - router.stats().overflowed);
  await publisher.ask(Code.PUBLISH, ack, 'news', ['behind']);
  await reader.settled();
  const heard = reader.of(Code.EVENT).map((event) => (event[4] as unknown[])[0]);
  expect(heard).toEqual([...Array.from({ length: heard.length - 1 }, (_, at) => at), 'behind']);
});

test('what a session missed is forgotten with its subscription, and with itself', async () => {
  const clock = new TestClock();
  const router = slow({ clock });
  const told: unknown[] = [];
  router.on('events:dropped', ({ session, events }) => told.push([session, events]));
  const publisher = await join(router);
  const [one, two] = [await join(router, { details: withGaps }), await join(router, { details: withGaps })];
  const ids = [await one.subscribe('news'), await two.subscribe('news')];
  for (const peer of [one, two]) peer.transport.pause();
  for (let at = 0; at < 60; at++) await publisher.ask(Code.PUBLISH, ack, 'news', [chunk]);
  const overflowed = router.stats().overflowed / 2;
  expect(overflowed).toBeGreaterThan(10);
  const timers = clock.pending;
  one.say(Code.UNSUBSCRIBE, 900, ids[0]);
  await until(() => told.length === 1);
  two.transport.terminate();
  await until(() => told.length === 2);
  expect(told).toEqual([
    [one.id, overflowed],
    [two.id, overflowed],
  ]);
  // Nobody is looked after any more.
  expect(clock.pending).toBe(timers - 1);
});
