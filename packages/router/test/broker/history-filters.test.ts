import { Code } from '@wigwag/core/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryHistory } from '../../src/index.js';
import type { Kwargs, Stored } from '../support/history.js';
import { ask, get, open, publish } from '../support/history.js';
import { join } from '../support/memory.js';

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
