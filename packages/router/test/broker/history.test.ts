import { cbor } from '@wigwag/core/serializer/cbor';
import { json } from '@wigwag/core/serializer/json';
import { Code } from '@wigwag/core/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryRule, RouterOptions } from '../../src/index.js';
import { memoryHistory, Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import type { Message, Peer } from '../support/peer.js';

type Kwargs = Readonly<Record<string, unknown>>;
interface Stored {
  readonly timestamp: string;
  readonly subscription: number;
  readonly publication: number;
  readonly details: Kwargs;
  readonly args?: readonly unknown[];
  readonly kwargs?: Kwargs;
}

const ack = { acknowledge: true };
const everything: HistoryRule = { topic: '', match: 'prefix' };
const open = (options: RouterOptions = {}) => new Router({ history: [everything], ...options });

async function publish(peer: Peer, topic: string, arg: unknown, options: Kwargs = {}): Promise<number> {
  return Number((await peer.ask(Code.PUBLISH, { ...ack, ...options }, topic, [arg]))[2]);
}

function ask(peer: Peer, subscription: unknown, filters: Kwargs = {}): Promise<Message> {
  return peer.ask(Code.CALL, {}, 'wamp.subscription.get_events', [subscription], filters);
}

async function get(peer: Peer, subscription: number, filters: Kwargs = {}) {
  const answer = await ask(peer, subscription, filters);
  if (answer[0] !== Code.RESULT) throw new Error(JSON.stringify(answer));
  // What was heard is JSON or CBOR of the router's; the shape is what these tests are about.
  const [events] = answer[3] as readonly [readonly Stored[]];
  return { events, args: events.map(({ args }) => args?.[0]), kwargs: answer[4] as Kwargs };
}

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

// What every filter must do, against the whole list filtered slowly.
test('every combination of filters gives what the specification says', async () => {
  let now = Date.parse('2026-11-25T12:00:00Z');
  const router = open({ historyStore: memoryHistory({ now: () => now }) });
  const [publisher, reader] = [await join(router), await join(router)];
  const subscription = await reader.subscribe('a', { match: 'prefix' });
  for (let at = 0; at < 30; at++) {
    // Several in one millisecond, and once the clock is put back.
    if (at % 3 === 0) now += at === 15 ? -20 : 7;
    await publish(publisher, ['a.b', 'a.c', 'x.y'][at % 4] ?? 'a.d', at);
  }
  const { events: all } = await get(reader, subscription);
  expect(all.length).toBeGreaterThan(15);
  const places = new Map(all.map(({ publication }, at) => [publication, at]));
  const place = (publication: unknown) => places.get(Number(publication)) ?? 0;
  const time = (text: unknown) => Date.parse(String(text));

  const publication = fc.constantFrom(...all.map((event) => event.publication));
  const timestamp = fc
    .tuple(fc.constantFrom(...all.map((event) => event.timestamp)), fc.integer({ min: -2, max: 2 }))
    .map(([text, shift]) => new Date(time(text) + shift).toISOString());
  // Few at a time, because many of them mostly contradict each other.
  const seldom = <T>(value: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
  const filters = fc
    .record({
      reverse: seldom(fc.boolean()),
      limit: seldom(fc.integer({ min: 1, max: 30 })),
      topic: seldom(fc.constantFrom('a.b', 'a.c', 'a.d', 'a.e')),
      from_time: seldom(timestamp),
      after_time: seldom(timestamp),
      before_time: seldom(timestamp),
      until_time: seldom(timestamp),
      from_publication: seldom(publication),
      after_publication: seldom(publication),
      before_publication: seldom(publication),
      until_publication: seldom(publication),
    })
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));
  const holds = (name: string, value: unknown, { timestamp: at, publication: id, details }: Stored): boolean => {
    switch (name) {
      case 'topic':
        return details.topic === value;
      case 'from_time':
        return time(at) >= time(value);
      case 'after_time':
        return time(at) > time(value);
      case 'before_time':
        return time(at) < time(value);
      case 'until_time':
        return time(at) <= time(value);
      case 'from_publication':
        return place(id) >= place(value);
      case 'after_publication':
        return place(id) > place(value);
      case 'before_publication':
        return place(id) < place(value);
      case 'until_publication':
        return place(id) <= place(value);
      default:
        return true;
    }
  };
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(filters, async (query) => {
      const answer = await ask(reader, subscription, query);
      const wanted = all.filter((event) => Object.entries(query).every(([name, value]) => holds(name, value, event)));
      if (answer[0] === Code.ERROR) {
        expect(answer[4]).toBe('wamp.error.invalid_argument');
        expect(String(answer[5])).toMatch(/(\w+_time and \w+_time|\w+_publication and \w+_publication) contradict/);
        expect(wanted).toEqual([]);
        return;
      }
      answered++;
      if (query.reverse) wanted.reverse();
      const [events] = answer[3] as readonly [readonly Stored[]];
      const limit = Number(query.limit ?? 1_000);
      expect(events).toEqual(wanted.slice(0, limit));
      const more = wanted.length > limit;
      expect(answer[4]).toMatchObject({ complete: !more, _more: more });
    }),
    { numRuns: 1_000 },
  );
  expect(answered).toBeGreaterThan(200);
});

test('pages follow each other to the end, either way, while more is published', async () => {
  const router = open({ limits: { maxHistoryPage: 7 } });
  const [publisher, reader] = [await join(router), await join(router)];
  const subscription = await reader.subscribe('a.b');
  for (let at = 1; at <= 20; at++) await publish(publisher, 'a.b', at);
  const read = async (reverse: boolean) => {
    const seen: unknown[] = [];
    let position: Kwargs = {};
    for (;;) {
      const { events, args, kwargs } = await get(reader, subscription, { reverse, ...position });
      expect(args.length).toBeLessThanOrEqual(7);
      seen.push(...args);
      if (kwargs.complete) return seen;
      await publish(publisher, 'a.b', 20 + seen.length);
      position = { [reverse ? 'before_publication' : 'after_publication']: events.at(-1)?.publication };
    }
  };
  expect(await read(false)).toEqual([...Array.from({ length: 20 }, (_, at) => at + 1), 27, 34, 41]);
  expect((await read(true)).slice(-20)).toEqual(Array.from({ length: 20 }, (_, at) => 20 - at));
});

test('a page is bounded in bytes, and holds one event whatever its size', async () => {
  const router = open({ limits: { maxHistoryPageBytes: 5_000 } });
  const [publisher, reader] = [await join(router), await join(router)];
  const subscription = await reader.subscribe('a.b');
  for (const size of [2_000, 2_000, 2_000, 9_000, 10]) await publish(publisher, 'a.b', 'x'.repeat(size));
  const sizes: number[][] = [];
  let after: Kwargs = {};
  for (let complete = false; !complete; ) {
    const page = await get(reader, subscription, after);
    sizes.push(page.args.map((arg) => String(arg).length));
    after = { after_publication: page.events.at(-1)?.publication };
    complete = page.kwargs.complete === true;
  }
  expect(sizes).toEqual([[2_000, 2_000], [2_000], [9_000], [10]]);
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

test('a publication that is not kept is older than all that are', async () => {
  const router = open({ history: [{ topic: 'a.b', limit: 3 }] });
  const [publisher, reader] = [await join(router), await join(router)];
  const subscription = await reader.subscribe('a.b');
  const ids: number[] = [];
  for (let at = 0; at < 5; at++) ids.push(await publish(publisher, 'a.b', at));
  const [gone, last, first] = [ids[0], ids[1], ids[2]];
  expect(await get(reader, subscription, { after_publication: gone })).toMatchObject({
    args: [2, 3, 4],
    kwargs: { complete: false, _more: false, _dropped: 2 },
  });
  expect(await get(reader, subscription, { before_publication: last })).toMatchObject({ args: [] });
  expect(await get(reader, subscription, { after_publication: first })).toMatchObject({
    args: [3, 4],
    kwargs: { complete: true },
  });
});

test('what went before the time that is asked for is not missed', async () => {
  let now = Date.parse('2026-11-25T12:00:00Z');
  const router = open({ history: [{ topic: 'a.b', limit: 2 }], historyStore: memoryHistory({ now: () => now }) });
  const peer = await join(router);
  const subscription = await peer.subscribe('a.b');
  for (let at = 0; at < 4; at++, now += 1_000) await publish(peer, 'a.b', at, { exclude_me: false });
  const from = (from_time: string) => get(peer, subscription, { from_time });
  expect(await from('2026-11-25T12:00:02Z')).toMatchObject({ args: [2, 3], kwargs: { complete: true } });
  expect(await from('2026-11-25T12:00:01Z')).toMatchObject({ args: [2, 3], kwargs: { complete: false } });
  // The same second elsewhere, and half a second later.
  expect(await from('2026-11-25T13:00:02+01:00')).toMatchObject({ args: [2, 3] });
  expect(await from('2026-11-25T12:00:02.5Z')).toMatchObject({ args: [3] });
});

test.each<[what: string, filters: Kwargs, says: string]>([
  ['reverse that is no boolean', { reverse: 1 }, 'reverse must be a boolean'],
  ['a limit of 0', { limit: 0 }, 'limit must be an integer of at least 1'],
  ['a limit that is no integer', { limit: 1.5 }, 'limit must be'],
  ['a topic that is no URI', { topic: 'a..b' }, 'topic must be a URI'],
  ['a topic that the subscription never has', { topic: 'x.y' }, 'never has events of x.y'],
  ['a time that is a number', { from_time: 5 }, 'from_time must be a string'],
  ['a time without a zone', { from_time: '2026-11-25T12:00:00' }, 'from_time must be a time such as'],
  ['a date alone', { after_time: '2026-11-25' }, 'after_time must be a time such as'],
  ['a day that does not exist', { before_time: '2026-02-30T00:00:00Z' }, 'before_time must be a time'],
  ['an hour that does not exist', { until_time: '2026-02-03T25:00:00Z' }, 'until_time must be a time'],
  ['a publication that is no id', { from_publication: 'x' }, 'from_publication must be the id of a publication'],
  ['a publication 0', { after_publication: 0 }, 'after_publication must be the id'],
  ['a publication of the wrong type', { before_publication: [] }, 'before_publication must be the id'],
  ['a publication beyond 2^53', { until_publication: 2 ** 53 + 2 }, 'until_publication must be the id'],
  [
    'times that contradict each other',
    { from_time: '2026-01-02T00:00:00Z', until_time: '2026-01-01T00:00:00Z' },
    'from_time and until_time contradict',
  ],
  [
    'an empty stretch of time',
    { after_time: '2026-01-01T00:00:00Z', until_time: '2026-01-01T00:00:00Z' },
    'after_time and until_time contradict',
  ],
])('%s is refused', async (_, filters, says) => {
  const peer = await join(open());
  const subscription = await peer.subscribe('a', { match: 'prefix' });
  const answer = await ask(peer, subscription, filters);
  expect(answer.slice(0, 5)).toEqual([Code.ERROR, Code.CALL, expect.any(Number), {}, 'wamp.error.invalid_argument']);
  expect(String(answer[5])).toContain(says);
});

test('publications that contradict each other are refused', async () => {
  const peer = await join(open());
  const subscription = await peer.subscribe('a.b');
  const [one, two] = [await publish(peer, 'a.b', 1), await publish(peer, 'a.b', 2)];
  for (const [filters, names] of [
    [{ from_publication: two, until_publication: one }, 'from_publication and until_publication'],
    [{ after_publication: one, until_publication: one }, 'after_publication and until_publication'],
    [{ from_publication: one, before_publication: one }, 'from_publication and before_publication'],
    [{ after_publication: one, before_publication: one }, 'after_publication and before_publication'],
  ] as const) {
    expect((await ask(peer, subscription, filters)).slice(4)).toEqual([
      'wamp.error.invalid_argument',
      [`${names} contradict each other: nothing can meet both`],
    ]);
  }
});

test('a subscription that nobody has, and none at all, are refused; null stands for nothing', async () => {
  const peer = await join(open());
  expect((await ask(peer, 12_345))[4]).toBe('wamp.error.no_such_subscription');
  expect((await ask(peer, 'a.b'))[4]).toBe('wamp.error.invalid_argument');
  const subscription = await peer.subscribe('a.b');
  expect(
    await get(peer, subscription, { limit: null, topic: null, from_time: null, reverse: null, _unknown: 1 }),
  ).toMatchObject({ events: [] });
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

test('a second argument is a limit, and then the last event comes first unless that is said otherwise', async () => {
  const router = open();
  const [publisher, peer] = [await join(router), await join(router)];
  const subscription = await peer.subscribe('a.b');
  for (const arg of [1, 2, 3]) await publish(publisher, 'a.b', arg);
  const args = async (limit: unknown, filters: Kwargs = {}) => {
    const answer = await peer.ask(Code.CALL, {}, 'wamp.subscription.get_events', [subscription, limit], filters);
    return answer[0] === Code.ERROR
      ? answer[4]
      : (answer[3] as readonly [readonly Stored[]])[0].map((each) => each.args?.[0]);
  };
  expect(await args(2)).toEqual([3, 2]);
  expect(await args(2, { reverse: false })).toEqual([1, 2]);
  expect(await args(2, { limit: 1 })).toEqual([3]);
  expect(await args(null)).toEqual([1, 2, 3]);
  expect(await args('x')).toBe('wamp.error.invalid_argument');
  const answer = await peer.ask(Code.CALL, {}, 'wamp.subscription.get_events', [subscription, 0]);
  expect(String(answer[5])).toContain('argument 2 (limit) must be an integer of at least 1');
});

test('sessions whose publications are not wanted are left out, but for those that were for themselves too', async () => {
  const router = open();
  const [former, peer] = [await join(router), await join(router)];
  const subscription = await peer.subscribe('a.b');
  await publish(former, 'a.b', 'to others');
  await publish(former, 'a.b', 'to all', { exclude_me: false });
  await publish(await join(router), 'a.b', 'from another');
  expect((await get(peer, subscription, { _not_from: [former.id] })).args).toEqual(['to all', 'from another']);
  for (const wrong of [7, [0], Array(65).fill(1)]) {
    expect((await ask(peer, subscription, { _not_from: wrong }))[4]).toBe('wamp.error.invalid_argument');
  }
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
