import { fileURLToPath } from 'node:url';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import type { Listener } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { until } from '../support/peer.js';
import { dialIn } from '../support/sockets.js';

const router = new Router();
let listener: Listener;
/** The very router that the figures are taken of: with its roles, rates and limits. */
let benchmarked: Router;
let benchmark: Listener;
beforeAll(async () => {
  listener = await router.listen({ port: 0 });
  const config = fileURLToPath(new URL('../../../../bench/servers/wigwag.json', import.meta.url));
  benchmarked = new Router((await loadConfig(config, {})).router);
  benchmark = await benchmarked.listen({ port: 0 });
});
afterAll(() => Promise.all([router.close(), benchmarked.close()]));

test('events of several topics reach each subscriber in the order of their publisher, however they are written', async () => {
  const topics = ['bench.a', 'bench.b', 'bench.c'];
  // Some have the same topics, and so share what is written; others have some of them only.
  const wanted = [topics, topics, ['bench.b'], ['bench.c', 'bench.a'], topics];
  const subscribers = await Promise.all(
    wanted.map(async (own) => {
      const peer = await dialIn(benchmark.url);
      for (const topic of own) await peer.subscribe(topic);
      return { peer, own };
    }),
  );
  const publisher = await dialIn(benchmark.url);
  const published = Array.from({ length: 3000 }, (_, at) => ({ topic: topics[((at * at + at) % 5) % 3] ?? '', at }));
  for (const { topic, at } of published) publisher.say(Code.PUBLISH, at + 1, {}, topic, [at]);

  for (const { peer, own } of subscribers) {
    const expected = published.filter(({ topic }) => own.includes(topic)).map(({ at }) => [at]);
    await until(() => peer.of(Code.EVENT).length >= expected.length);
    expect(peer.of(Code.EVENT).map((event) => event[4])).toEqual(expected);
    peer.transport.terminate();
  }
});

/** Says so many of these at once, and how many were answered when somebody else was who came later. */
async function answeredBefore(count: number, what: (request: number) => readonly unknown[]): Promise<number> {
  const [greedy, honest] = [await dialIn(listener.url), await dialIn(listener.url)];
  for (let at = 1; at <= count; at++) greedy.say(...what(at));
  await until(() => greedy.heard.length > 1);
  await honest.ask(Code.PUBLISH, { acknowledge: true }, 'load.honest');
  const answered = greedy.heard.length - 1;
  for (const peer of [greedy, honest]) peer.transport.terminate();
  return answered;
}

test('so do subscriptions that look through thousands of retained events, and calls that list thousands of sessions', async () => {
  const keeper = await dialIn(listener.url);
  for (let at = 1; at <= 5_000; at++) keeper.say(Code.PUBLISH, at, { retain: true }, `kept.t${at}`);
  await until(() => router.stats().retained === 5_000);
  const options = { match: 'prefix', get_retained: true };
  expect(await answeredBefore(200, (at) => [Code.SUBSCRIBE, at, options, `kept.none${at}`])).toBeLessThan(100);

  const list = Array.from({ length: 2_000 }, () => router.session('realm1', { authid: 'crowd', authrole: 'crowd' }));
  const crowd = await Promise.all(list);
  expect(await answeredBefore(200, (at) => [Code.CALL, at, {}, 'wamp.session.list'])).toBeLessThan(100);
  await Promise.all(crowd.map((session) => session.leave()));
  keeper.transport.terminate();
});

test('publications that match thousands of patterns leave the others their turn', async () => {
  const [greedy, honest] = [await dialIn(listener.url), await dialIn(listener.url)];
  const levels = 12;
  const patterns = Array.from({ length: 2 ** levels }, (_, bits) =>
    Array.from({ length: levels }, (_, level) => ((bits >> level) & 1 ? 'a' : '')).join('.'),
  );
  for (const [at, pattern] of patterns.entries()) greedy.say(Code.SUBSCRIBE, at + 1, { match: 'wildcard' }, pattern);
  await until(() => greedy.of(Code.SUBSCRIBED).length === patterns.length);
  const before = router.stats().published;
  const flood = 200;
  for (let at = 1; at <= flood; at++)
    greedy.say(Code.PUBLISH, patterns.length + at, {}, Array(levels).fill('a').join('.'));
  await until(() => router.stats().published > before);

  await honest.ask(Code.PUBLISH, { acknowledge: true }, 'load.honest');
  expect(router.stats().published - before).toBeLessThan(flood / 2);
  for (const peer of [greedy, honest]) peer.transport.terminate();
});

test.each([
  ['[16,2,{},"bench.bad",[1,]]'],
  ['[16,2,{},"bench.bad",["\u0001"]]'],
  ['[16,2,{},"bench.bad",[],{"msg":"no end}]'],
  ['[16,2,{},"bench.bad",[01]]'],
])('in the midst of a flood, %j ends the session that sends it and reaches nobody', async (malformed) => {
  const subscriber = await dialIn(benchmark.url);
  await subscriber.subscribe('bench.bad');
  const [good, bad] = [await dialIn(benchmark.url), await dialIn(benchmark.url)];
  for (let at = 0; at < 500; at++) good.say(Code.PUBLISH, at + 1, {}, 'bench.bad', [at]);
  bad.say(Code.PUBLISH, 1, {}, 'bench.bad', ['last']);
  bad.raw(malformed);
  bad.say(Code.PUBLISH, 3, {}, 'bench.bad', ['behind it']);

  const abort = await bad.next(Code.ABORT);
  expect(abort[2]).toBe(ErrorUri.PROTOCOL_VIOLATION);
  await bad.closed;
  for (let at = 500; at < 1000; at++) good.say(Code.PUBLISH, at + 1, {}, 'bench.bad', [at]);
  await good.settled();
  await until(() => subscriber.of(Code.EVENT).length >= 1001);
  await subscriber.settled();
  const heard = subscriber.of(Code.EVENT).map((event) => event[4]);
  expect(heard.filter((args) => !Array.isArray(args) || typeof args[0] !== 'number')).toEqual([['last']]);
  expect(heard.filter((args) => Array.isArray(args) && typeof args[0] === 'number')).toEqual(
    Array.from({ length: 1000 }, (_, at) => [at]),
  );
  for (const peer of [good, subscriber]) peer.transport.terminate();
});
