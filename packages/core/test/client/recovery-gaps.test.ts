import { expect, test } from 'vitest';
import { eventsOf } from '../../src/client/index.js';
import { Code } from '../../src/wire/index.js';
import { accept, answer, asked, connect, live, place, record, says, subscribe } from '../support/history.js';
import { settled } from '../support/scripted-router.js';

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
