import { Code, ErrorUri } from '@wigwag/core/wire';
import { beforeEach, expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';

type Member = Awaited<ReturnType<typeof join>>;

let router: Router;
let watcher: Member;
let one: Member;
let two: Member;
beforeEach(async () => {
  router = new Router();
  [watcher, one, two] = [await join(router), await join(router), await join(router)];
});

const call = (name: string, args: readonly unknown[] = [], kwargs: object = {}) =>
  watcher.ask(Code.CALL, {}, `wamp.subscription.${name}`, args, kwargs);
const result = async (...of: Parameters<typeof call>): Promise<unknown> => {
  const [, , , args] = await call(...of);
  return Array.isArray(args) ? args[0] : args;
};
/** What the others do, as the meta events tell it, in order. */
async function watch(): Promise<() => unknown[]> {
  const names = new Map<unknown, string>();
  for (const name of ['on_create', 'on_subscribe', 'on_unsubscribe', 'on_delete']) {
    names.set(await watcher.subscribe(`wamp.subscription.${name}`), name);
  }
  return () =>
    watcher.of(Code.EVENT).flatMap(([, subscription, , , args]) => {
      if (!Array.isArray(args) || args[0] === watcher.id) return [];
      return [[names.get(subscription), ...args]];
    });
}

test('the first subscriber creates and subscribes, the next one subscribes; the last one unsubscribes and deletes', async () => {
  const seen = await watch();
  const id = await one.subscribe('shop.', { match: 'prefix' });
  await one.subscribe('shop.', { match: 'prefix' });
  await two.subscribe('shop.', { match: 'prefix' });
  await one.ask(Code.UNSUBSCRIBE, id);
  two.transport.terminate();
  await watcher.settled();
  const details = { id, created: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), uri: 'shop.', match: 'prefix' };
  expect(seen()).toEqual([
    ['on_create', one.id, details],
    ['on_subscribe', one.id, id],
    ['on_subscribe', two.id, id],
    ['on_unsubscribe', one.id, id],
    ['on_unsubscribe', two.id, id],
    ['on_delete', two.id, id],
  ]);
});

test('a subscriber that is removed is told of like one that left', async () => {
  const seen = await watch();
  const id = await one.subscribe('a.b');
  await call('remove_subscriber', [id, one.id]);
  await watcher.settled();
  expect(seen().slice(2)).toEqual([
    ['on_unsubscribe', one.id, id],
    ['on_delete', one.id, id],
  ]);
  expect((await call('remove_subscriber', [id, one.id]))[4]).toBe(ErrorUri.NO_SUCH_SUBSCRIPTION);
});

test('subscriptions are listed by policy, looked up, matched and described', async () => {
  const exact = await one.subscribe('shop.tick');
  const prefix = await one.subscribe('shop.', { match: 'prefix' });
  const wildcard = await two.subscribe('.tick', { match: 'wildcard' });
  await two.subscribe('shop.tick');
  expect(await result('list')).toEqual({ exact: [exact], prefix: [prefix], wildcard: [wildcard] });
  expect(await result('lookup', ['shop.tick'])).toBe(exact);
  expect(await result('lookup', ['shop.tick', { match: 'prefix' }])).toBeNull();
  expect(await result('lookup', ['.tick', { match: 'wildcard' }])).toBe(wildcard);
  expect(await result('match', ['shop.tick'])).toEqual([exact, prefix, wildcard]);
  expect(await result('match', ['other.tock'])).toBeNull();
  expect(await result('get', [wildcard])).toMatchObject({ id: wildcard, uri: '.tick', match: 'wildcard' });
  expect(await result('list_subscribers', [exact])).toEqual([one.id, two.id].sort((first, second) => first - second));
  expect(await result('count_subscribers', [exact])).toBe(2);
});

test('what does not exist is said so, and what makes no sense too', async () => {
  const id = await one.subscribe('a.b');
  for (const name of ['get', 'list_subscribers', 'count_subscribers', 'remove_subscriber']) {
    expect((await call(name, [999, one.id]))[4]).toBe(ErrorUri.NO_SUCH_SUBSCRIPTION);
    expect((await call(name, ['x', one.id]))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
    expect((await call(name))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
  }
  for (const [name, args] of [
    ['lookup', []],
    ['lookup', [7]],
    ['lookup', ['a.b', { match: 'fuzzy' }]],
    ['lookup', ['a.b', 'exact']],
    ['match', [7]],
  ] as const) {
    expect((await call(name, args))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
  }
  expect((await call('remove_subscriber', [id, two.id]))[4]).toBe(ErrorUri.NO_SUCH_SESSION);
  expect((await call('remove_subscriber', [id, 1]))[4]).toBe(ErrorUri.NO_SUCH_SESSION);
});

test('long lists come in pages', async () => {
  router = new Router({ limits: { maxListed: 2 } });
  [watcher, one, two] = [await join(router), await join(router), await join(router)];
  const ids = [await one.subscribe('a'), await one.subscribe('a', { match: 'prefix' }), await one.subscribe('b')];
  expect((await call('list')).slice(3)).toEqual([
    [{ exact: [ids[0]], prefix: [ids[1]], wildcard: [] }],
    { complete: false, after: ids[1] },
  ]);
  expect((await call('list', [], { after: ids[1] })).slice(3)).toEqual([
    [{ exact: [ids[2]], prefix: [], wildcard: [] }],
  ]);
  expect((await call('match', ['a'], { limit: 1 })).slice(3)).toEqual([[[ids[0]]], { complete: false, after: ids[0] }]);
  await two.subscribe('a');
  const [first] = [one.id, two.id].sort((left, right) => left - right);
  expect((await call('list_subscribers', [ids[0]], { limit: 1 })).slice(3)).toEqual([
    [[first]],
    { complete: false, after: first },
  ]);
});
