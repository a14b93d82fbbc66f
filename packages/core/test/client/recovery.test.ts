import { expect, test } from 'vitest';
import type { Dict } from '../../src/wire/index.js';
import { Code, roles } from '../../src/wire/index.js';
import { accept, answer, asked, connect, live, place, record, says, subscribe } from '../support/history.js';
import { settled } from '../support/scripted-router.js';

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

test('who closes hears nothing more, neither of what was asked for nor of what was held meanwhile', async () => {
  const stage = await connect();
  const { heard, missed } = await subscribe(stage, [[]]);
  live(stage.router, 1);
  await settled();
  stage.router.drop();
  const next = await stage.again();
  const question = await asked(next);
  live(next, 3);
  await settled();
  void stage.client.close();
  answer(next, question, [record(1), record(2)]);
  await settled();
  expect([heard, missed, stage.reported]).toEqual([[1], [], []]);
});
