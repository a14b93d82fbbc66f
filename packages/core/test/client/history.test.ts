import { expect, test } from 'vitest';
import { historyOf } from '../../src/client/index.js';
import { Code, Payload } from '../../src/wire/index.js';
import { accept, asked, connect, record } from '../support/history.js';

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
