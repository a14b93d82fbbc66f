import { cbor } from '@wigwag/core/serializer/cbor';
import { json } from '@wigwag/core/serializer/json';
import { Code } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import type { HistoryRule } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { ack, ask, get, open, publish } from '../support/history.js';
import { join } from '../support/memory.js';

test('event history is announced and served exactly where it is configured', async () => {
  const [plain, keeping] = [await join(new Router()), await join(open())];
  expect(plain.welcome[2]).not.toMatchObject({ roles: { broker: { features: { event_history: true } } } });
  expect(keeping.welcome[2]).toMatchObject({ roles: { broker: { features: { event_history: true } } } });
  const subscription = await plain.subscribe('a.b');
  expect((await ask(plain, subscription))[4]).toBe('wamp.error.no_such_procedure');
});

test('what was published before anybody subscribed is there, as events would have been, with time and place', async () => {
  const router = open({ history: [{ topic: 'a', match: 'prefix' }] });
  const publisher = await join(router);
  const before = Date.now();
  const first = await publish(publisher, 'a.b', 'one', { disclose_me: true });
  await publisher.ask(Code.PUBLISH, ack, 'a.c', ['two'], { unit: 'kg' });
  await publisher.ask(Code.PUBLISH, ack, 'a.b');
  const reader = await join(router);
  const [exact, prefix] = [await reader.subscribe('a.b'), await reader.subscribe('a', { match: 'prefix' })];
  const { events, kwargs } = await get(reader, exact);
  const { _epoch: epoch } = kwargs;
  expect(events).toEqual([
    {
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      subscription: exact,
      publication: first,
      details: {
        publisher: publisher.id,
        publisher_authid: expect.any(String),
        publisher_authrole: 'anonymous',
        _seq: 1,
        _epoch: epoch,
      },
      args: ['one'],
    },
    expect.objectContaining({ details: { _seq: 3, _epoch: epoch } }),
  ]);
  expect(events[1]).not.toHaveProperty('args');
  expect(Date.parse(events[0]?.timestamp ?? '')).toBeGreaterThanOrEqual(before);
  expect(kwargs).toEqual({ complete: true, _more: false, _covered: true, _seq: 3, _epoch: epoch, _dropped: 0 });
  const all = await get(reader, prefix);
  expect(all.events.map(({ details }) => details.topic)).toEqual(['a.b', 'a.c', 'a.b']);
  expect(all.events[1]).toMatchObject({ args: ['two'], kwargs: { unit: 'kg' } });
  expect(router.stats().stored).toBe(3);
});

test('a live event tells its place too, so that a subscriber knows where to go on', async () => {
  const router = open({ history: [{ topic: 'a.b' }] });
  const [publisher, reader] = [await join(router), await join(router)];
  const [kept] = [await reader.subscribe('a.b'), await reader.subscribe('a.c')];
  await publish(publisher, 'a.b', 1);
  await publish(publisher, 'a.c', 2);
  await reader.settled();
  const { kwargs } = await get(reader, kept);
  expect(reader.of(Code.EVENT).map((event) => event[3])).toEqual([{ _seq: 1, _epoch: kwargs._epoch }, {}]);
});

test('rules say what is kept: the most specific alone counts, and what has none is not kept', async () => {
  const router = open({
    history: [
      { topic: 'a.', match: 'prefix', limit: 2 },
      { topic: 'a.b', limit: 1 },
    ],
  });
  const publisher = await join(router);
  for (const [arg, topic] of ['a.b', 'a.c', 'a.b', 'a.d', 'x.y', 'a.c'].entries()) await publish(publisher, topic, arg);
  const [a, x] = [await publisher.subscribe('a.', { match: 'prefix' }), await publisher.subscribe('x.y')];
  const other = await join(router);
  const kept = await get(other, a);
  expect(kept.args).toEqual([2, 3, 5]);
  expect(kept.kwargs).toMatchObject({ complete: false, _more: false, _covered: true, _dropped: 2 });
  expect(await get(other, x)).toMatchObject({ events: [], kwargs: { complete: true, _covered: false } });
});

test.each<[HistoryRule[], string]>([
  [[{ topic: 'a..b' }], 'no URI'],
  [[{ topic: 'a b', match: 'prefix' }], 'no URI'],
  [[{ topic: 'a', limit: 0 }], 'limit must be a positive number'],
  [[{ topic: 'a', bytes: Number.NaN }], 'bytes must be a positive number'],
  [[{ topic: 'a', age: -1 }], 'age must be a positive number'],
  [[{ topic: 'a' }, { topic: 'a', limit: 3 }], 'twice'],
])('a rule that is none is refused at once: %j', (history, says) => {
  expect(() => new Router({ history })).toThrow(says);
});

test('events for named sessions are not kept; those for users and roles are given to these', async () => {
  const router = open();
  const publisher = await join(router);
  const identity = { authrole: 'staff', authmethod: 'internal', authprovider: 'internal' };
  const [ann, bob] = await Promise.all(
    ['ann', 'bob'].map((authid) => join(router, { identity: { authid, ...identity } })),
  );
  if (!ann || !bob) throw new Error('two joined');
  const subscription = await ann.subscribe('a.b');
  await publish(publisher, 'a.b', 'eligible', { eligible: [ann.id] });
  await publish(publisher, 'a.b', 'exclude', { exclude: [bob.id] });
  await publish(publisher, 'a.b', 'no list', { exclude: [] });
  await publish(publisher, 'a.b', 'to ann', { eligible_authid: ['ann'] });
  await publish(publisher, 'a.b', 'not to ann', { exclude_authid: ['ann'] });
  await publish(publisher, 'a.b', 'to staff', { eligible_authrole: ['staff'] });
  await publish(publisher, 'a.b', 'not to staff', { exclude_authrole: ['staff'] });
  await publish(publisher, 'a.b', 'all');
  expect((await get(ann, subscription)).args).toEqual(['to ann', 'to staff', 'all']);
  expect((await get(bob, subscription)).args).toEqual(['not to ann', 'to staff', 'all']);
  await ann.settled();
  expect(ann.of(Code.EVENT).map((event) => event[4])).toEqual([
    ['eligible'],
    ['exclude'],
    ['no list'],
    ['to ann'],
    ['to staff'],
    ['all'],
  ]);
});

test('a publisher is not given what it published to others, and is where it asked for it', async () => {
  const peer = await join(open());
  await publish(peer, 'a.b', 'to others');
  await publish(peer, 'a.b', 'to all', { exclude_me: false });
  expect((await get(peer, await peer.subscribe('a.b'))).args).toEqual(['to all']);
});

test('a session that may not subscribe may not read what subscribers were told', async () => {
  const router = open({
    admit: (_, message) =>
      message.code === Code.SUBSCRIBE && message.topic === 'secret' && message.options.match === 'exact'
        ? { uri: 'wamp.error.not_authorized', message: 'keep out' }
        : undefined,
  });
  const owner = await join(router);
  const wide = await owner.subscribe('secret', { match: 'prefix' });
  const guest = await join(router);
  expect((await get(guest, wide)).events).toEqual([]);

  const other = open({
    admit: (member, { code }) =>
      code === Code.SUBSCRIBE && member.id !== first.id ? { uri: 'x', message: 'no' } : undefined,
  });
  const first = await join(other);
  const subscription = await first.subscribe('secret');
  expect((await get(first, subscription)).events).toEqual([]);
  expect((await ask(await join(other), subscription)).slice(4)).toEqual(['wamp.error.not_authorized', ['no']]);
});

test('an event that the caller’s serializer cannot carry is given as a notice, and the others are given', async () => {
  const router = open();
  const publisher = await join(router, { serializer: cbor() });
  const reader = await join(router, { serializer: json() });
  const subscription = await reader.subscribe('a.b');
  let deep: unknown = 1;
  for (let level = 0; level < 98; level++) deep = [deep];
  for (const arg of ['before', '\u0000not JSON', deep, 'behind']) await publish(publisher, 'a.b', arg);
  const { events } = await get(reader, subscription);
  const gap = { _gap: { count: 1, reason: 'wamp.error.invalid_argument' } };
  expect(events).toMatchObject([{ args: ['before'] }, { details: gap }, { details: gap }, { args: ['behind'] }]);
});

test('meta events are kept where a rule says so, though nobody listens', async () => {
  const router = open({ history: [{ topic: 'wamp.session.on_leave' }] });
  const guest = await join(router);
  guest.say(Code.GOODBYE, {}, 'wamp.close.normal');
  await guest.closed;
  const peer = await join(router);
  const { events } = await get(peer, await peer.subscribe('wamp.session.on_leave'));
  expect(events).toMatchObject([{ args: [guest.id, expect.any(String), 'anonymous'] }]);
});
