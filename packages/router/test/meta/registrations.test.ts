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
  watcher.ask(Code.CALL, {}, `wamp.registration.${name}`, args, kwargs);
const result = async (...of: Parameters<typeof call>): Promise<unknown> => {
  const [, , , args] = await call(...of);
  return Array.isArray(args) ? args[0] : args;
};
/** What happens, as the meta events tell it, in order. */
async function watch(): Promise<() => unknown[]> {
  const names = new Map<unknown, string>();
  for (const name of ['on_create', 'on_register', 'on_unregister', 'on_delete']) {
    names.set(await watcher.subscribe(`wamp.registration.${name}`), name);
  }
  return () =>
    watcher
      .of(Code.EVENT)
      .map(([, subscription, , , args]) => [names.get(subscription), ...(Array.isArray(args) ? args : [])]);
}

test('the first callee creates and registers, the next one registers; the last one unregisters and deletes', async () => {
  const seen = await watch();
  const id = await one.register('shop.', { match: 'prefix', invoke: 'roundrobin' });
  await two.register('shop.', { match: 'prefix', invoke: 'roundrobin' });
  await one.ask(Code.UNREGISTER, id);
  two.transport.terminate();
  await watcher.settled();
  const created = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
  const details = { id, created, uri: 'shop.', match: 'prefix', invoke: 'roundrobin' };
  expect(seen()).toEqual([
    ['on_create', one.id, details],
    ['on_register', one.id, id],
    ['on_register', two.id, id],
    ['on_unregister', one.id, id],
    ['on_unregister', two.id, id],
    ['on_delete', two.id, id],
  ]);
});

test('a callee that is removed is told of like one that left', async () => {
  const seen = await watch();
  const id = await one.register('a.b');
  await call('remove_callee', [id, one.id]);
  await watcher.settled();
  expect(seen().slice(2)).toEqual([
    ['on_unregister', one.id, id],
    ['on_delete', one.id, id],
  ]);
});

test('registrations are listed by policy, looked up, matched and described', async () => {
  const exact = await one.register('shop.price', { invoke: 'first' });
  const prefix = await one.register('shop.', { match: 'prefix' });
  const wildcard = await two.register('.price', { match: 'wildcard' });
  await two.register('shop.price', { invoke: 'first' });
  expect(await result('list')).toEqual({ exact: [exact], prefix: [prefix], wildcard: [wildcard] });
  expect(await result('lookup', ['shop.price'])).toBe(exact);
  expect(await result('lookup', ['shop.price', { match: 'prefix' }])).toBeNull();
  expect(await result('lookup', ['shop.', { match: 'prefix' }])).toBe(prefix);
  expect(await result('match', ['shop.price'])).toBe(exact);
  expect(await result('match', ['shop.stock'])).toBe(prefix);
  expect(await result('match', ['mall.price'])).toBe(wildcard);
  expect(await result('match', ['mall.stock'])).toBeNull();
  expect(await result('get', [exact])).toMatchObject({ uri: 'shop.price', match: 'exact', invoke: 'first' });
  expect(await result('list_callees', [exact])).toEqual([one.id, two.id].sort((first, second) => first - second));
  expect(await result('count_callees', [exact])).toBe(2);
});

test('what does not exist is said so, and what makes no sense too', async () => {
  const id = await one.register('a.b');
  for (const name of ['get', 'list_callees', 'count_callees', 'remove_callee']) {
    expect((await call(name, [999, one.id]))[4]).toBe(ErrorUri.NO_SUCH_REGISTRATION);
    expect((await call(name, ['x', one.id]))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
    expect((await call(name))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
  }
  for (const [name, args] of [
    ['lookup', []],
    ['lookup', ['a.b', { match: 'fuzzy' }]],
    ['match', [7]],
  ] as const) {
    expect((await call(name, args))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
  }
  expect((await call('remove_callee', [id, two.id]))[4]).toBe(ErrorUri.NO_SUCH_SESSION);
});

test('long lists come in pages', async () => {
  router = new Router({ limits: { maxListed: 2 } });
  [watcher, one, two] = [await join(router), await join(router), await join(router)];
  const shared = { invoke: 'random' };
  const ids = [await one.register('a', shared), await one.register('b'), await one.register('c')];
  expect((await call('list')).slice(3)).toEqual([
    [{ exact: [ids[0], ids[1]], prefix: [], wildcard: [] }],
    { complete: false, after: ids[1] },
  ]);
  expect((await call('list', [], { after: ids[1] })).slice(3)).toEqual([
    [{ exact: [ids[2]], prefix: [], wildcard: [] }],
  ]);
  await two.register('a', shared);
  const [first] = [one.id, two.id].sort((left, right) => left - right);
  expect((await call('list_callees', [ids[0]], { limit: 1 })).slice(3)).toEqual([
    [[first]],
    { complete: false, after: first },
  ]);
});
