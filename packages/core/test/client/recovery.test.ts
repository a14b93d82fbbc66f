import { afterEach, expect, test } from 'vitest';
import type { ClientSubscribeOptions } from '../../src/client/index.js';
import { Client, eventsOf, historyOf, recovery } from '../../src/client/index.js';
import type { EventsMissedError } from '../../src/session/index.js';
import type { Call, Dict } from '../../src/wire/index.js';
import { Code, Payload, roles } from '../../src/wire/index.js';
import { RouterFarm } from '../support/router-farm.js';
import type { ScriptedRouter } from '../support/scripted-router.js';
import { settled } from '../support/scripted-router.js';

const withHistory = {
  roles: roles({ broker: ['event_history', 'pattern_based_subscription', 'sharded_subscription'], dealer: [] }),
};
const SUBSCRIPTION = 7;
const EPOCH = 'one';

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

async function connect(details: Dict = withHistory) {
  const farm = new RouterFarm();
  const reported: unknown[] = [];
  const client = new Client(farm.connector, {
    realm: 'realm1',
    backoff: { initial: 1, max: 1 },
    leaveTimeout: 1,
    recovery: recovery(),
    onError: (error) => reported.push(error),
  });
  clients.push(client);
  const connected = client.connect();
  const router = await farm.next();
  await router.welcome(details);
  await connected;
  const again = async (announced: Dict = details) => {
    const next = await farm.next();
    await next.welcome(announced);
    await accept(next);
    return next;
  };
  return { client, router, again, reported };
}

async function accept(router: ScriptedRouter): Promise<void> {
  const { request } = await router.expect(Code.SUBSCRIBE);
  router.send({ code: Code.SUBSCRIBED, request, subscription: SUBSCRIPTION });
}

/** The question for history that comes next; its filters. */
async function asked(router: ScriptedRouter): Promise<{ call: Call; filters: Dict }> {
  const call = await router.expect(Code.CALL);
  expect([call.procedure, call.payload?.values.args]).toEqual(['wamp.subscription.get_events', [SUBSCRIPTION]]);
  return { call, filters: call.payload?.values.kwargs ?? {} };
}

function answer(router: ScriptedRouter, { call }: { call: Call }, events: readonly Dict[], kwargs?: Dict): void {
  router.send({ code: Code.RESULT, request: call.request, details: {}, payload: Payload.of([events], kwargs) });
}

/** An event in an answer; with a place where it is our own router's. */
const record = (publication: number, details: Dict = {}): Dict => ({
  timestamp: '2026-11-25T12:00:00.000Z',
  subscription: SUBSCRIPTION,
  publication,
  details,
  args: [publication],
});
const place = (seq: number, epoch = EPOCH) => ({ _seq: seq, _epoch: epoch });
/** What our own router says of an answer. */
const says = (seq: number, more: Dict = {}): Dict => ({
  complete: true,
  _more: false,
  _covered: true,
  _dropped: 0,
  ...place(seq),
  ...more,
});

function live(router: ScriptedRouter, publication: number, details: Dict = {}): void {
  const payload = details._gap ? undefined : Payload.of([publication]);
  router.send({ code: Code.EVENT, subscription: SUBSCRIPTION, publication, details, payload });
}

/** Subscribes; `answers` is what the router says when it is asked where its history stands. */
async function subscribe(
  { client, router }: { client: Client; router: ScriptedRouter },
  answers: readonly [events: readonly Dict[], kwargs?: Dict],
  options: ClientSubscribeOptions = {},
) {
  const heard: unknown[] = [];
  const missed: EventsMissedError[] = [];
  const pending = client.subscribe('a.b', ({ args }) => void heard.push(args[0]), {
    onMissed: (error) => missed.push(error),
    ...options,
  });
  await accept(router);
  const question = await asked(router);
  expect(question.filters).toEqual({ reverse: true, limit: 1 });
  answer(router, question, ...answers);
  return { heard, missed, subscription: await pending };
}

test('missed events are asked for from the last one on, and come in order, before live ones, once', async () => {
  const stage = await connect();
  const { heard, missed, subscription } = await subscribe(stage, [[]]);
  expect(subscription.recovers).toBe(true);
  live(stage.router, 101);
  live(stage.router, 102);
  await settled();
  stage.router.drop();
  const next = await stage.again();
  const question = await asked(next);
  expect(question.filters).toEqual({ limit: 500, from_publication: 102 });
  live(next, 104);
  live(next, 105);
  await settled();
  expect(heard).toEqual([101, 102]);
  answer(next, question, [record(102), record(103), record(104)]);
  await settled();
  live(next, 106);
  await settled();
  expect(heard).toEqual([101, 102, 103, 104, 105, 106]);
  expect([missed, stage.reported]).toEqual([[], []]);
});

test('the position is known from SUBSCRIBED on, also where nothing was published yet', async () => {
  const stage = await connect();
  const { heard, missed } = await subscribe(stage, [[record(5)]]);
  stage.router.drop();
  const next = await stage.again();
  const question = await asked(next);
  expect(question.filters.from_publication).toBe(5);
  answer(next, question, [record(5), record(6)]);
  await settled();
  expect([heard, missed]).toEqual([[6], []]);

  const empty = await connect();
  const nothing = await subscribe(empty, [[]]);
  empty.router.drop();
  const after = await empty.again();
  const open = await asked(after);
  expect(open.filters).toEqual({ limit: 500 });
  answer(after, open, [record(1), record(2)]);
  await settled();
  expect([nothing.heard, nothing.missed]).toEqual([[1, 2], []]);
});

test('pages are asked for until one has nothing new, whatever the router says of them', async () => {
  const stage = await connect();
  const { heard } = await subscribe(stage, [[]]);
  live(stage.router, 1_000);
  await settled();
  stage.router.drop();
  const next = await stage.again();
  const page = (first: number) => Array.from({ length: 500 }, (_, at) => record(first + at));
  answer(next, await asked(next), page(1_000));
  const second = await asked(next);
  expect(second.filters.from_publication).toBe(1_499);
  answer(next, second, page(1_499));
  const third = await asked(next);
  answer(next, third, [record(1_998)]);
  await settled();
  expect(next.unread).toBe(0);
  expect(heard).toEqual(Array.from({ length: 999 }, (_, at) => 1_000 + at));
});

test('a router that answers the same page again and again is not asked for ever', async () => {
  const stage = await connect();
  const { heard } = await subscribe(stage, [[]]);
  live(stage.router, 1_000);
  await settled();
  stage.router.drop();
  const next = await stage.again();
  const page = Array.from({ length: 500 }, (_, at) => record(1_000 + at));
  answer(next, await asked(next), page);
  answer(next, await asked(next), page);
  await settled();
  expect(next.unread).toBe(0);
  expect(heard).toHaveLength(500);
});

test('a history that does not reach back to the last event is told, and what it has is handed out', async () => {
  const stage = await connect();
  const { heard, missed } = await subscribe(stage, [[]]);
  live(stage.router, 1);
  await settled();
  stage.router.drop();
  const next = await stage.again();
  answer(next, await asked(next), [record(5), record(6)]);
  await settled();
  expect(heard).toEqual([1, 5, 6]);
  expect(missed).toMatchObject([{ code: 'EVENTS_MISSED', topic: 'a.b', count: undefined }]);
});

test('an event that was not kept is no gap, where an earlier one is in the history', async () => {
  const stage = await connect();
  const { heard, missed } = await subscribe(stage, [[]]);
  for (const publication of [1, 2, 3]) live(stage.router, publication);
  await settled();
  stage.router.drop();
  const next = await stage.again();
  // 3 was for named sessions.
  answer(next, await asked(next), [record(1), record(2), record(4)]);
  await settled();
  expect([heard, missed]).toEqual([[1, 2, 3, 4], []]);
});

test('our own router’s places decide: what was dropped behind ours is missed, what was dropped before is not', async () => {
  const stage = await connect();
  const { heard, missed } = await subscribe(stage, [[], says(10)]);
  live(stage.router, 111, place(11));
  // Not kept: it leaves the position where it is.
  live(stage.router, 999);
  await settled();
  stage.router.drop();
  const second = await stage.again();
  const question = await asked(second);
  expect(question.filters).toEqual({ limit: 500, from_publication: 111, _not_from: [4711] });
  answer(second, question, [record(112, place(12))], says(12, { complete: false, _dropped: 11 }));
  await settled();
  expect([heard, missed]).toEqual([[111, 999, 112], []]);

  second.drop();
  const third = await stage.again();
  answer(third, await asked(third), [record(120, place(20))], says(20, { complete: false, _dropped: 19 }));
  await settled();
  expect(heard).toEqual([111, 999, 112, 120]);
  expect(missed).toMatchObject([{ message: expect.stringContaining('dropped the oldest') }]);

  third.drop();
  const fourth = await stage.again();
  answer(fourth, await asked(fourth), [record(1, place(1, 'two'))], says(1, place(1, 'two')));
  await settled();
  expect(heard).toEqual([111, 999, 112, 120, 1]);
  expect(missed).toMatchObject([{}, { message: expect.stringContaining('begun anew') }]);
});

test('when the connection drops in the middle, the next session goes on where this one stood', async () => {
  const stage = await connect();
  const { heard, missed } = await subscribe(stage, [[], says(0)]);
  live(stage.router, 1, place(1));
  await settled();
  stage.router.drop();
  const second = await stage.again();
  answer(second, await asked(second), [record(1, place(1)), record(2, place(2))], says(4, { _more: true }));
  const open = await asked(second);
  expect(open.filters.from_publication).toBe(2);
  live(second, 4, place(4));
  live(second, 99);
  await settled();
  second.drop();
  const third = await stage.again();
  const question = await asked(third);
  expect(question.filters.from_publication).toBe(2);
  answer(third, question, [record(2, place(2)), record(3, place(3)), record(4, place(4))], says(4));
  await settled();
  expect(heard).toEqual([1, 2, 3, 4]);
  // 99 is not kept, and waited for 3.
  expect(missed).toMatchObject([{ count: 1 }]);
  expect(stage.reported).toEqual([]);
});

test('a history that cannot be read is told with its cause, and live events go on', async () => {
  const stage = await connect();
  const { heard, missed, subscription } = await subscribe(stage, [[], says(0)]);
  stage.router.drop();
  const next = await stage.again();
  const { call } = await asked(next);
  live(next, 5, place(5));
  const error = 'wamp.error.not_authorized';
  next.send({ code: Code.ERROR, requestType: Code.CALL, request: call.request, details: {}, error });
  await settled();
  expect(heard).toEqual([5]);
  expect(missed).toMatchObject([{ code: 'EVENTS_MISSED', cause: { uri: error } }]);
  expect(subscription.recovers).toBe(false);
});

test('a router that has no history any more is told likewise', async () => {
  const stage = await connect();
  const { missed } = await subscribe(stage, [[]]);
  stage.router.drop();
  await stage.again({ roles: roles({ broker: [], dealer: [] }) });
  await settled();
  expect(missed).toMatchObject([{ cause: { code: 'FEATURE_NOT_SUPPORTED' } }]);
});

test('where the router cannot, nothing is recovered, and subscribing fails if it was required', async () => {
  const plain = await connect({ roles: roles({ broker: [], dealer: [] }) });
  await expect(plain.client.subscribe('a.b', () => {}, { recover: true })).rejects.toMatchObject({
    code: 'FEATURE_NOT_SUPPORTED',
  });
  const unasked = plain.client.subscribe('a.b', () => {});
  await accept(plain.router);
  expect((await unasked).recovers).toBe(false);

  const stage = await connect();
  const uncovered: [Dict[], Dict] = [[], says(0, { _covered: false })];
  expect((await subscribe(stage, uncovered)).subscription.recovers).toBe(false);
  const other = await connect();
  const required = subscribe(other, uncovered, { recover: true });
  required.catch(() => {});
  await settled();
  const { request } = await other.router.expect(Code.UNSUBSCRIBE);
  other.router.send({ code: Code.UNSUBSCRIBED, request });
  await expect(required).rejects.toMatchObject({ code: 'FEATURE_NOT_SUPPORTED' });
});

test('recovery that is not wanted is not prepared; sharded subscriptions share their events and have none', async () => {
  const { client, router } = await connect();
  const never = client.subscribe('a.b', () => {}, { recover: false });
  await accept(router);
  expect((await never).recovers).toBe(false);
  const sharded = client.subscribe('a.c', () => {}, { nkey: 'x' });
  await accept(router);
  expect((await sharded).recovers).toBe(false);
  expect(router.unread).toBe(0);
  await expect(client.subscribe('a.d', () => {}, { nkey: 'x', recover: true })).rejects.toMatchObject({
    code: 'FEATURE_NOT_SUPPORTED',
  });
});

test('a gap that the router tells of is filled from its history, in its place', async () => {
  const stage = await connect();
  const { heard, missed } = await subscribe(stage, [[], says(0)]);
  live(stage.router, 1, place(1));
  live(stage.router, 3, { _gap: { count: 2, kept: 2, reason: 'wigwag.error.limit_exceeded' } });
  live(stage.router, 4, place(4));
  const question = await asked(stage.router);
  answer(
    stage.router,
    question,
    [1, 2, 3, 4].map((at) => record(at, place(at))),
    says(4),
  );
  await settled();
  live(stage.router, 5, place(5));
  await settled();
  expect([heard, missed]).toEqual([[1, 2, 3, 4, 5], []]);
});

test('of a gap, what is not kept is missed, and what the answer cannot carry too', async () => {
  const stage = await connect();
  const { heard, missed } = await subscribe(stage, [[], says(0)]);
  const reason = 'wamp.error.payload_size_exceeded';
  live(stage.router, 3, { _gap: { count: 3, kept: 2, reason } });
  const question = await asked(stage.router);
  const events = [record(1, place(1)), { ...record(2, { ...place(2), _gap: { count: 1, reason } }), args: [] }];
  answer(stage.router, question, events, says(2));
  await settled();
  expect(heard).toEqual([1]);
  expect(missed).toMatchObject([
    { count: 1, uri: reason },
    { count: 1, uri: reason },
  ]);
});

test('more live events than may wait are asked for like the others', async () => {
  const stage = await connect();
  const { heard, missed } = await subscribe(stage, [[], says(0)]);
  stage.router.drop();
  const next = await stage.again();
  const question = await asked(next);
  const many = 10_001;
  for (let seq = 1; seq <= many; seq++) live(next, seq, place(seq));
  await settled();
  expect(heard).toEqual([]);
  answer(next, question, [], says(0));
  for (let first = 1; first <= many; first += 500) {
    const page = await asked(next);
    const count = Math.min(500, many - first + 1);
    const events = Array.from({ length: count }, (_, at) => record(first + at, place(first + at)));
    answer(next, page, events, says(many, { _more: first + count <= many }));
  }
  await settled();
  expect(missed).toEqual([]);
  expect(heard).toEqual(Array.from({ length: many }, (_, at) => at + 1));
});

test('a handler that unsubscribes in the middle of the past hears no more of it', async () => {
  const stage = await connect();
  const heard: unknown[] = [];
  const pending = stage.client.subscribe('a.b', async ({ args }) => {
    heard.push(args[0]);
    if (args[0] === 2) await (await pending).unsubscribe();
  });
  await accept(stage.router);
  answer(stage.router, await asked(stage.router), [], says(0));
  await pending;
  stage.router.drop();
  const next = await stage.again();
  // Unsubscribing takes a turn; the events behind it are on a page of their own.
  answer(next, await asked(next), [record(1, place(1)), record(2, place(2))], says(3, { _more: true }));
  await settled();
  expect(heard).toEqual([1, 2]);
});

test('an iteration rejects with what was missed, behind what came before', async () => {
  const stage = await connect();
  const stream = eventsOf(stage.client, 'a.b');
  await accept(stage.router);
  answer(stage.router, await asked(stage.router), []);
  await stream.subscribed;
  live(stage.router, 1);
  await settled();
  live(stage.router, 2, { _gap: { count: 4, reason: 'wigwag.error.limit_exceeded' } });
  const { request } = await stage.router.expect(Code.UNSUBSCRIBE);
  stage.router.send({ code: Code.UNSUBSCRIBED, request });
  const seen: number[] = [];
  const read = async () => {
    for await (const event of stream) seen.push(event.publication);
  };
  await expect(read()).rejects.toMatchObject({ code: 'EVENTS_MISSED', count: 4 });
  expect(seen).toEqual([1]);
});

test('without onMissed the error hook is told, and told what an onMissed throws', async () => {
  const stage = await connect();
  await subscribe(stage, [[]], { onMissed: () => Promise.reject(new Error('not awaited')).catch(() => {}) });
  const plain = await connect();
  const pending = plain.client.subscribe('a.b', () => {}, { recover: false });
  await accept(plain.router);
  await pending;
  live(plain.router, 1, { _gap: { count: 1, reason: 'x.y' } });
  await settled();
  expect(plain.reported).toMatchObject([{ code: 'EVENTS_MISSED', uri: 'x.y' }]);
});

test('the answer may be the list of events itself, and the topic stand beside the details', async () => {
  const { client, router } = await connect();
  const pending = client.subscribe('a', () => {}, { match: 'prefix', recover: false });
  await accept(router);
  const history = historyOf(client, await pending, { limit: 2, reverse: true });
  const { call, filters } = await asked(router);
  expect(filters).toEqual({ limit: 2, reverse: true });
  const events = [{ ...record(2), topic: 'a.b' }, { publication: 'none' }, record(1, { topic: 'a.c' })];
  router.send({ code: Code.RESULT, request: call.request, details: {}, payload: Payload.of(events) });
  const page = await history;
  expect(page.events.map(({ topic, publication, args }) => [topic, publication, args])).toEqual([
    ['a.b', 2, [2]],
    ['a.c', 1, [1]],
  ]);
  expect(page.events[0]?.timestamp).toBe('2026-11-25T12:00:00.000Z');
  expect(page.complete).toBeUndefined();
});
