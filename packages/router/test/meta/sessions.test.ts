import { Code, ErrorUri } from '@wigwag/core/wire';
import { beforeEach, expect, test } from 'vitest';
import type { Authenticator } from '../../src/index.js';
import { allowAll, Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import type { Message, Peer } from '../support/peer.js';
import { allRoles } from '../support/peer.js';

type Member = Awaited<ReturnType<typeof join>>;

/** Takes everybody for whom they say they are: `authid` in `authrole`. */
const trusting: Authenticator = {
  method: 'trusting',
  begin: ({ details }) => ({
    type: 'accepted',
    identity: {
      authid: String(details.authid),
      authrole: String(details.wanted),
      authmethod: 'trusting',
      authprovider: 'test',
    },
  }),
};

let router: Router;
let admin: Member;
beforeEach(async () => {
  router = new Router({ authenticators: [trusting], authorization: allowAll });
  admin = await enter('admin', 'staff');
});

const enter = (authid: string, wanted: string) =>
  join(router, { details: { ...allRoles, authmethods: ['trusting'], authid, wanted } });
const call = (name: string, args: readonly unknown[] = [], kwargs: object = {}) =>
  admin.ask(Code.CALL, {}, `wamp.session.${name}`, args, kwargs);
const result = async (...of: Parameters<typeof call>): Promise<unknown> => {
  const [, , , args] = await call(...of);
  return Array.isArray(args) ? args[0] : args;
};
const goodbye = async (peer: Peer): Promise<Message> => (await peer.next(Code.GOODBYE)).slice(1);

test('count and list take a filter of roles', async () => {
  const [ann, bob] = [await enter('ann', 'guest'), await enter('bob', 'guest')];
  expect(await result('count')).toBe(3);
  expect(await result('count', [['guest']])).toBe(2);
  expect(await result('count', [['guest', 'staff']])).toBe(3);
  expect(await result('count', [[]])).toBe(0);
  expect(await result('count', [null])).toBe(3);
  expect(await result('list')).toEqual([ann.id, bob.id, admin.id].sort((one, two) => one - two));
  expect(await result('list', [['staff']])).toEqual([admin.id]);
  expect(await result('list', [['nobody']])).toEqual([]);
  for (const name of ['count', 'list']) {
    for (const wrong of ['guest', [7], {}, 1]) {
      expect((await call(name, [wrong]))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
    }
  }
});

test('what joins is told as it is found: session, authid, authrole, authmethod, authprovider, transport', async () => {
  await admin.subscribe('wamp.session.on_join');
  const ann = await enter('ann', 'guest');
  const details = {
    session: ann.id,
    authid: 'ann',
    authrole: 'guest',
    authmethod: 'trusting',
    authprovider: 'test',
    transport: { peer: 'test', serializer: 'json' },
  };
  expect((await admin.next(Code.EVENT))[4]).toEqual([details]);
  expect(await result('get', [ann.id])).toEqual(details);
});

test('who leaves is told with session, authid and authrole', async () => {
  await admin.subscribe('wamp.session.on_leave');
  const ann = await enter('ann', 'guest');
  ann.say(Code.GOODBYE, {}, 'wamp.close.normal');
  expect((await admin.next(Code.EVENT))[4]).toEqual([ann.id, 'ann', 'guest']);
});

test('a session of another realm is nobody', async () => {
  router = new Router({ realms: ['realm1', 'realm2'] });
  [admin] = [await join(router)];
  const elsewhere = await join(router, { realm: 'realm2' });
  expect(await result('count')).toBe(1);
  for (const name of ['get', 'kill']) {
    expect((await call(name, [elsewhere.id]))[4]).toBe(ErrorUri.NO_SUCH_SESSION);
  }
});

test('kill says GOODBYE with the reason and the message that it was given, and else that it was killed', async () => {
  const [ann, bob] = [await enter('ann', 'guest'), await enter('bob', 'guest')];
  expect(await call('kill', [ann.id])).toEqual([Code.RESULT, expect.any(Number), {}]);
  expect(await goodbye(ann)).toEqual([{}, 'wamp.close.killed']);
  await call('kill', [bob.id], { reason: 'shop.close.fired', message: 'out' });
  expect(await goodbye(bob)).toEqual([{ message: 'out' }, 'shop.close.fired']);
});

test('nobody kills itself, nor anybody who is not there', async () => {
  for (const id of [admin.id, 1]) expect((await call('kill', [id]))[4]).toBe(ErrorUri.NO_SUCH_SESSION);
  for (const id of [null, 'ann', 0, -1, 1.5]) expect((await call('kill', [id]))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
  expect(await result('count')).toBe(1);
});

test('kill_by_authid names those that it killed, and spares the caller', async () => {
  const [one, two, other] = [await enter('admin', 'guest'), await enter('admin', 'guest'), await enter('bob', 'guest')];
  const killed = await result('kill_by_authid', ['admin'], { reason: 'a.b' });
  expect(killed).toEqual([one.id, two.id]);
  expect([await goodbye(one), await goodbye(two)]).toEqual([
    [{}, 'a.b'],
    [{}, 'a.b'],
  ]);
  expect(await result('list')).toEqual([admin.id, other.id].sort((first, second) => first - second));
  expect(await result('kill_by_authid', ['nobody'])).toEqual([]);
});

test('kill_by_authrole counts those that it killed, and spares the caller', async () => {
  const [one, other] = [await enter('ann', 'staff'), await enter('bob', 'guest')];
  expect(await result('kill_by_authrole', ['staff'], { message: 'staff only out' })).toBe(1);
  expect(await goodbye(one)).toEqual([{ message: 'staff only out' }, 'wamp.close.killed']);
  expect(await result('list', [['guest']])).toEqual([other.id]);
  expect(await result('kill_by_authrole', ['nobody'])).toBe(0);
});

test('kill_all counts, spares the caller, and is no news: it would be news for nobody', async () => {
  await admin.subscribe('wamp.session.on_leave');
  const [one, two] = [await enter('ann', 'staff'), await enter('bob', 'guest')];
  expect(await result('kill_all')).toBe(2);
  expect([await goodbye(one), await goodbye(two)]).toEqual([
    [{}, 'wamp.close.killed'],
    [{}, 'wamp.close.killed'],
  ]);
  expect(await result('kill_all')).toBe(0);
  const three = await enter('cid', 'guest');
  await call('kill', [three.id]);
  await admin.settled();
  expect(admin.of(Code.EVENT).map((event) => event[4])).toEqual([[three.id, 'cid', 'guest']]);
});

test.each([
  ['kill', (victim: Member) => [victim.id]],
  ['kill_by_authid', () => ['ann']],
  ['kill_by_authrole', () => ['guest']],
  ['kill_all', () => []],
] as const)('%s with a reason that is no URI kills nobody', async (name, argsFor) => {
  const victim = await enter('ann', 'guest');
  for (const reason of ['', 'a..b', 'a b', 7, {}]) {
    expect((await call(name, argsFor(victim), { reason }))[4]).toBe(ErrorUri.INVALID_URI);
  }
  expect((await call(name, argsFor(victim), { message: 7 }))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
  expect(await result('count')).toBe(2);
});

test('details of a session are added to, and taken away again; what the router says stays', async () => {
  const ann = await enter('ann', 'guest');
  await call('modify_details', [ann.id, { mood: 'good', seat: 7 }]);
  await call('modify_details', [ann.id, { mood: null }]);
  expect(await result('get', [ann.id])).toMatchObject({ authid: 'ann', seat: 7 });
  expect(await result('get', [ann.id])).not.toHaveProperty('mood');
  for (const [args, uri] of [
    [[ann.id, { authrole: 'staff' }], ErrorUri.INVALID_ARGUMENT],
    [[ann.id], ErrorUri.INVALID_ARGUMENT],
    [[1, {}], ErrorUri.NO_SUCH_SESSION],
    [[ann.id, { much: 'x'.repeat(20_000) }], ErrorUri.PAYLOAD_SIZE_EXCEEDED],
  ] as const) {
    expect((await call('modify_details', args))[4]).toBe(uri);
  }
});

test('a long list comes in pages', async () => {
  router = new Router({ limits: { maxListed: 2 } });
  admin = await join(router);
  const ids = [admin.id];
  for (const _ of [1, 2, 3, 4]) ids.push((await join(router)).id);
  ids.sort((one, two) => one - two);
  const read: unknown[] = [];
  for (let kwargs: object | undefined = {}; kwargs; ) {
    const [, , , args, more] = await call('list', [], kwargs);
    read.push(...(Array.isArray(args) ? args[0] : []));
    kwargs = typeof more === 'object' && more ? more : undefined;
  }
  expect(read).toEqual(ids);
  expect(await result('list', [], { limit: 1, after: ids[3] })).toEqual([ids[4]]);
  for (const wrong of [{ limit: 0 }, { limit: 'all' }, { after: 'x' }]) {
    expect((await call('list', [], wrong))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
  }
});
