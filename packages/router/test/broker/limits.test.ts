import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { limited } from '../support/limited.js';
import { join } from '../support/memory.js';
import { allRoles, until } from '../support/peer.js';

const ack = { acknowledge: true };

test('a session has so many subscriptions and no more; subscribing again to what it has is no other one', async () => {
  const router = new Router({ limits: { maxSubscriptions: 2 } });
  const [peer, other] = [await join(router), await join(router)];
  const first = await peer.subscribe('a.b');
  await peer.subscribe('a', { match: 'prefix' });
  expect(await peer.subscribe('a.b')).toBe(first);
  const refused = await peer.ask(Code.SUBSCRIBE, {}, 'a.c');
  expect(refused.slice(0, 2)).toEqual([Code.ERROR, Code.SUBSCRIBE]);
  expect(refused[4]).toBe(ErrorUri.LIMIT_EXCEEDED);
  expect(String(refused[5])).toContain('maxSubscriptions');
  expect(router.stats().subscriptions).toBe(2);
  await other.subscribe('a.c');
  await peer.ask(Code.UNSUBSCRIBE, first);
  await peer.subscribe('a.c');
});

test('a wildcard pattern has so many components and no more, for each takes a place', async () => {
  const peer = await join(new Router({ limits: { maxWildcardComponents: 4 } }));
  const wildcard = { match: 'wildcard' };
  expect((await peer.ask(Code.SUBSCRIBE, wildcard, 'a...d'))[0]).toBe(Code.SUBSCRIBED);
  expect((await peer.ask(Code.REGISTER, wildcard, 'a...d'))[0]).toBe(Code.REGISTERED);
  for (const code of [Code.SUBSCRIBE, Code.REGISTER]) {
    const refused = await peer.ask(code, wildcard, 'a....e');
    expect(refused.slice(0, 5)).toEqual([Code.ERROR, code, expect.any(Number), {}, ErrorUri.INVALID_URI]);
    expect(String(refused[5])).toContain('maxWildcardComponents');
  }
  expect((await peer.ask(Code.SUBSCRIBE, {}, 'a.b.c.d.e'))[0]).toBe(Code.SUBSCRIBED);
  expect((await peer.ask(Code.SUBSCRIBE, { match: 'prefix' }, 'a.b.c.d.e'))[0]).toBe(Code.SUBSCRIBED);
});

test('what is retained is bounded in bytes, the lists of who may receive it included', async () => {
  const router = new Router({ limits: { maxRetainedBytes: 50_000 } });
  const peer = await join(router);
  const list = Array.from({ length: 500 }, (_, at) => `somebody-${at}`);
  for (let at = 0; at < 20; at++) {
    await peer.ask(Code.PUBLISH, { ...ack, retain: true, eligible_authid: list }, `topic.t${at}`, ['x']);
  }
  expect(router.stats().retained).toBeGreaterThan(0);
  expect(router.stats().retained).toBeLessThan(5);
});

test('what is kept in the history is bounded likewise', async () => {
  const router = new Router({ history: [{ topic: '', match: 'prefix', bytes: 50_000 }] });
  const peer = await join(router);
  const list = Array.from({ length: 500 }, (_, at) => `somebody-${at}`);
  for (let at = 0; at < 20; at++) {
    await peer.ask(Code.PUBLISH, { ...ack, exclude_authid: list }, `topic.t${at}`, ['x']);
  }
  expect(router.stats().stored).toBeGreaterThan(0);
  expect(router.stats().stored).toBeLessThan(5);
});

test('a result, an error and a call longer than their receiver takes are answered with payload_size_exceeded', async () => {
  const router = new Router();
  const [small, other] = [limited(router, 2_000), await join(router)];
  await small.join();
  await other.register('long');
  await small.register('small');
  const long = ['x'.repeat(3_000)];
  const result = small.ask(Code.CALL, {}, 'long');
  other.say(Code.YIELD, (await other.next(Code.INVOCATION))[1], {}, long);
  expect((await result)[4]).toBe(ErrorUri.PAYLOAD_SIZE_EXCEEDED);
  const error = small.ask(Code.CALL, {}, 'long');
  other.say(Code.ERROR, Code.INVOCATION, (await other.next(Code.INVOCATION))[1], {}, 'app.error', long);
  expect((await error)[4]).toBe(ErrorUri.PAYLOAD_SIZE_EXCEEDED);
  expect((await other.ask(Code.CALL, {}, 'small', long))[4]).toBe(ErrorUri.PAYLOAD_SIZE_EXCEEDED);
  // The router's own answers too: many sessions are more than fit.
  for (let at = 0; at < 120; at++) await join(router);
  expect((await small.ask(Code.CALL, {}, 'wamp.session.list'))[4]).toBe(ErrorUri.PAYLOAD_SIZE_EXCEEDED);
  expect(router.stats()).toMatchObject({ calls: 0, violations: 0 });
});

test('more retained events than a reader may leave unread come as it reads, and end no session', async () => {
  for (const onOverflow of ['disconnect', 'drop'] as const) {
    const router = new Router({ limits: { maxOutbound: 100_000 }, onOverflow });
    const [publisher, reader] = [await join(router), await join(router)];
    for (let at = 0; at < 50; at++) {
      await publisher.ask(Code.PUBLISH, { ...ack, retain: true }, `topic.t${at}`, [at, 'x'.repeat(10_000)]);
    }
    reader.transport.pause();
    reader.say(Code.SUBSCRIBE, 900, { match: 'prefix', get_retained: true }, 'topic.');
    await publisher.settled();
    expect(router.stats()).toMatchObject({ sessions: 2, subscriptions: 1 });
    // Superseded before it was sent: it comes as the event that it is, once.
    await publisher.ask(Code.PUBLISH, { ...ack, retain: true }, 'topic.t49', ['new']);
    reader.transport.resume();
    await until(() => reader.of(Code.EVENT).length >= 50);
    await reader.settled();
    const heard = reader
      .of(Code.EVENT)
      .map(([, , , details, args]) => [(details as { retained?: boolean }).retained ?? false, (args as unknown[])[0]]);
    expect(heard.filter(([retained]) => retained)).toEqual(Array.from({ length: 49 }, (_, at) => [true, at]));
    expect(heard.filter(([retained]) => !retained)).toEqual([[false, 'new']]);
    expect(router.stats()).toMatchObject({ dropped: 0, overflowed: 0 });
  }
});

test('a reader is owed so many retained events and no more; it is told of those that could not wait', async () => {
  const router = new Router({ limits: { maxOutbound: 20_000, maxRetained: 10 } });
  const features = { _gap: true, pattern_based_subscription: true };
  const details = { roles: { ...allRoles.roles, subscriber: { features } } };
  const [publisher, reader] = [await join(router), await join(router, { details })];
  for (let at = 0; at < 10; at++) {
    await publisher.ask(Code.PUBLISH, { ...ack, retain: true }, `topic.t${at}`, ['x'.repeat(9_000)]);
  }
  reader.transport.pause();
  for (const request of [900, 901]) {
    reader.say(Code.SUBSCRIBE, request, { match: 'prefix', get_retained: true }, 'topic.');
  }
  await publisher.settled();
  const { overflowed } = router.stats();
  expect(overflowed).toBeGreaterThan(0);
  reader.transport.resume();
  await until(() => reader.of(Code.EVENT).length === 20 - overflowed + 1);
  const notices = reader.of(Code.EVENT).filter((event) => event.length === 4);
  expect(notices.map((notice) => notice[3])).toEqual([
    { _gap: { count: overflowed, kept: 0, reason: ErrorUri.LIMIT_EXCEEDED } },
  ]);
});
