import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import type { Peer } from '../support/peer.js';

const call = (peer: Peer, procedure: string, args: readonly unknown[] = [], kwargs: object = {}) =>
  peer.ask(Code.CALL, {}, procedure, args, kwargs);
const define = (peer: Peer, ...args: readonly unknown[]) => call(peer, 'wamp.reflect.define', args);
const answer = async (...of: Parameters<typeof call>) => (await call(...of))[3];
const procedure = (title: string) => ({ type: 'procedure', title });

/** Hears what is defined and undefined. */
async function observe(router: Router): ReturnType<typeof join> {
  const observer = await join(router);
  await observer.subscribe('wamp.reflect.on_define');
  await observer.subscribe('wamp.reflect.on_undefine');
  return observer;
}
const heard = (observer: Peer) => observer.of(Code.EVENT).map((event) => event[4]);

test('what one defines another can list and describe, by its type and by its URI alone', async () => {
  const router = new Router();
  const [one, other] = [await join(router), await join(router)];
  expect((await define(one, 'shop.price', { ...procedure('The price'), args: { items: [] } }))[3]).toEqual([true]);
  await define(one, 'shop.price', { type: 'topic', title: 'A new price' });
  await define(one, 'shop.error.sold_out', { type: 'error' });
  const price = { type: 'procedure', uri: 'shop.price', title: 'The price', args: { items: [] } };
  expect(await answer(other, 'wamp.reflection.procedure.list')).toEqual([['shop.price']]);
  expect(await answer(other, 'wamp.reflection.topic.list')).toEqual([['shop.price']]);
  expect(await answer(other, 'wamp.reflection.error.list')).toEqual([['shop.error.sold_out']]);
  expect(await answer(other, 'wamp.reflection.procedure.describe', ['shop.price'])).toEqual([price]);
  expect(await answer(other, 'wamp.reflection.topic.describe', ['shop.price'])).toMatchObject([{ type: 'topic' }]);
  expect(await answer(other, 'wamp.reflection.error.describe', ['shop.price'])).toEqual([null]);
  expect(await answer(other, 'wamp.reflect.describe', ['shop.price'])).toEqual([price]);
  expect(await answer(other, 'wamp.reflect.describe', ['shop.price'], { type: 'topic' })).toMatchObject([
    { title: 'A new price' },
  ]);
  expect(await answer(other, 'wamp.reflect.describe', ['shop.other'])).toEqual([null]);
});

test('a definition is announced, changed, taken back, and gone with its session', async () => {
  const router = new Router();
  const [observer, one] = [await observe(router), await join(router)];
  await define(one, 'a', procedure('1'));
  expect((await define(one, 'a', procedure('2')))[3]).toEqual([false]);
  expect((await define(one, 'a', null))[3]).toEqual([true]);
  expect((await define(one, 'a', null))[3]).toEqual([null]);
  await define(one, 'b', { type: 'topic' });
  one.transport.terminate();
  while (heard(observer).length < 5) await observer.next(Code.EVENT);
  expect(heard(observer)).toEqual([
    ['a', { uri: 'a', ...procedure('1') }, true],
    ['a', { uri: 'a', ...procedure('2') }, false],
    ['a', 'procedure'],
    ['b', { uri: 'b', type: 'topic' }, true],
    ['b', 'topic'],
  ]);
  expect(await answer(observer, 'wamp.reflection.topic.list')).toEqual([[]]);
});

test('of several who define the same, the first one counts, and the next takes its place', async () => {
  const router = new Router();
  const [observer, first, second] = [await observe(router), await join(router), await join(router)];
  await define(first, 'a', procedure('first'));
  expect((await define(second, 'a', procedure('second')))[3]).toEqual([null]);
  expect((await define(second, 'a', procedure('second, changed')))[3]).toEqual([null]);
  expect(await answer(observer, 'wamp.reflect.describe', ['a'])).toMatchObject([{ title: 'first' }]);
  first.transport.terminate();
  await observer.next(Code.EVENT);
  expect((await observer.next(Code.EVENT))[4]).toEqual(['a', { uri: 'a', ...procedure('second, changed') }, false]);
  await define(second, 'a', null);
  expect((await observer.next(Code.EVENT))[4]).toEqual(['a', 'procedure']);
});

test('one takes back only its own, and only of the type that it names', async () => {
  const router = new Router();
  const [one, other] = [await join(router), await join(router)];
  await define(one, 'a', procedure('a'));
  await define(one, 'a', { type: 'topic' });
  expect((await define(other, 'a', null))[3]).toEqual([null]);
  expect(await answer(one, 'wamp.reflect.define', ['a', null], { type: 'topic' })).toEqual([true]);
  expect(await answer(other, 'wamp.reflection.topic.list')).toEqual([[]]);
  expect(await answer(other, 'wamp.reflection.procedure.list')).toEqual([['a']]);
});

test('a long list comes in pages, and says so', async () => {
  const router = new Router({ limits: { maxListed: 2 } });
  const one = await join(router);
  for (const uri of ['c', 'a', 'b', 'd..e']) await define(one, uri, procedure(uri));
  const [, , , page, more] = await call(one, 'wamp.reflection.procedure.list');
  expect([page, more]).toEqual([[['a', 'b']], { complete: false, after: 'b' }]);
  expect((await call(one, 'wamp.reflection.procedure.list', [], { after: 'b' })).slice(3)).toEqual([[['c', 'd..e']]]);
});

test.each([
  ['wamp.reflect.define', [], {}, ErrorUri.INVALID_ARGUMENT, 'uri'],
  ['wamp.reflect.define', ['not a uri', { type: 'topic' }], {}, ErrorUri.INVALID_URI, 'not a uri'],
  ['wamp.reflect.define', ['wamp.session.count', { type: 'procedure' }], {}, ErrorUri.INVALID_URI, 'reserved'],
  ['wamp.reflect.define', ['a', 'text'], {}, ErrorUri.INVALID_ARGUMENT, 'definition'],
  ['wamp.reflect.define', ['a', {}], {}, ErrorUri.INVALID_ARGUMENT, 'type'],
  ['wamp.reflect.define', ['a', { type: 'verb' }], {}, ErrorUri.INVALID_ARGUMENT, 'type'],
  ['wamp.reflect.define', ['a', null], { type: 'verb' }, ErrorUri.INVALID_ARGUMENT, 'type'],
  ['wamp.reflect.describe', [], {}, ErrorUri.INVALID_ARGUMENT, 'uri'],
  ['wamp.reflect.describe', ['a'], { type: 7 }, ErrorUri.INVALID_ARGUMENT, 'type'],
  ['wamp.reflection.topic.list', [], { limit: 0 }, ErrorUri.INVALID_ARGUMENT, 'limit'],
  ['wamp.reflection.topic.list', [], { after: 7 }, ErrorUri.INVALID_ARGUMENT, 'after'],
] as const)('%s %j %j is refused', async (name, args, kwargs, uri, named) => {
  const [code, , , , error, text] = await call(await join(new Router()), name, args, kwargs);
  expect([code, error, text]).toEqual([Code.ERROR, uri, [expect.stringContaining(named)]]);
});

test('one session can define so many things, and so much, and no more', async () => {
  const one = await join(new Router({ limits: { maxDefinitions: 2, maxDefinitionBytes: 10_000 } }));
  await define(one, 'a', procedure('a'));
  const [, , , , large, why] = await define(one, 'a', procedure('x'.repeat(10_000)));
  expect([large, why]).toEqual([ErrorUri.LIMIT_EXCEEDED, [expect.stringContaining('maxDefinitionBytes')]]);
  expect(await answer(one, 'wamp.reflect.describe', ['a'])).toMatchObject([{ title: 'a' }]);
  await define(one, 'b', procedure('b'));
  const [, , , , third, reason] = await define(one, 'c', procedure('c'));
  expect([third, reason]).toEqual([ErrorUri.LIMIT_EXCEEDED, [expect.stringContaining('maxDefinitions')]]);
  await define(one, 'a', null);
  expect((await define(one, 'c', procedure('c')))[0]).toBe(Code.RESULT);
});

test('a router announces reflection for both roles; one that has it switched off does not, and has none', async () => {
  const [on, off] = [await join(new Router()), await join(new Router({ reflection: false }))];
  expect(on.welcome[2]).toMatchObject({ roles: { broker: { reflection: true }, dealer: { reflection: true } } });
  expect(JSON.stringify(off.welcome)).not.toContain('reflection');
  expect((await define(off, 'a', procedure('a')))[4]).toBe(ErrorUri.NO_SUCH_PROCEDURE);
});
