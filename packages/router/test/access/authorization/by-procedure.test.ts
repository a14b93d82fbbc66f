import type { Session } from '@wigwag/core/session';
import { WampError } from '@wigwag/core/session';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { afterEach, expect, test } from 'vitest';
import type { AuthorizerOptions } from '../../../src/index.js';
import {
  allowAll,
  authorizerByProcedure,
  byRole,
  Router,
  rules,
  ticket,
  usersByProcedure,
} from '../../../src/index.js';
import { anybody, joinAs } from '../../support/as.js';
import { connect } from '../../support/memory.js';
import type { Peer } from '../../support/peer.js';

let routers: Router[] = [];
afterEach(async () => {
  await Promise.all(routers.map((router) => router.close()));
  routers = [];
});

interface Place {
  readonly router: Router;
  readonly backend: Session;
  readonly asked: unknown[][];
  readonly errors: string[];
}

/** A router that asks the procedure `may.i`, which does this; with `realm` it is in that one. */
async function place(answer: (uri: unknown) => unknown, realm?: string, options?: AuthorizerOptions): Promise<Place> {
  const page = authorizerByProcedure({ procedure: 'may.i', ...(realm && { realm }) }, options);
  const router = new Router({
    realms: ['realm1', 'back'],
    authenticators: [anybody],
    authorization: byRole({ page, backend: rules([{ uri: 'may.i', allow: ['register'] }]), watcher: allowAll }),
  });
  routers.push(router);
  const asked: unknown[][] = [];
  const errors: string[] = [];
  router.on('error', (error) => errors.push(String(error)));
  const backend = await router.session(realm ?? 'realm1', { authid: 'backend', authrole: 'backend' });
  await backend.register('may.i', (args) => {
    asked.push([...args]);
    return answer(args[1]);
  });
  return { router, backend, asked, errors };
}

const subscribe = async (peer: Peer, topic: string, options: Record<string, unknown> = {}) => {
  const reply = await peer.ask(Code.SUBSCRIBE, options, topic);
  return reply[0] === Code.ERROR ? reply[4] : 'subscribed';
};

test.each([undefined, 'back'])('is asked who wants what, and its answers count (in realm %s)', async (realm) => {
  const { router, asked } = await place((uri) => uri === 'news', realm);
  const peer = await joinAs(router, 'page');
  expect(await subscribe(peer, 'news', { match: 'prefix' })).toBe('subscribed');
  expect(await subscribe(peer, 'secrets')).toBe(ErrorUri.NOT_AUTHORIZED);
  const session = {
    realm: 'realm1',
    session: peer.id,
    authid: 'ann',
    authrole: 'page',
    authmethod: 'anybody',
    authprovider: 'test',
  };
  expect(asked).toEqual([
    [session, 'news', 'subscribe', { match: 'prefix' }],
    [session, 'secrets', 'subscribe', { match: 'exact' }],
  ]);
  expect(await subscribe(peer, 'secrets')).toBe(ErrorUri.NOT_AUTHORIZED);
  expect(asked).toHaveLength(2);
});

test('answers as Crossbar’s authorizers do: allow, disclose, cache', async () => {
  const { router, asked } = await place((uri) => ({ allow: uri === 'loud', disclose: true, cache: false }));
  const [peer, watcher] = [await joinAs(router, 'page'), await joinAs(router, 'watcher')];
  await watcher.subscribe('loud');
  expect((await peer.ask(Code.PUBLISH, { acknowledge: true }, 'loud'))[0]).toBe(Code.PUBLISHED);
  expect((await watcher.next(Code.EVENT))[3]).toMatchObject({ publisher_authid: 'ann' });
  expect(await subscribe(peer, 'other')).toBe(ErrorUri.NOT_AUTHORIZED);
  expect(await subscribe(peer, 'other')).toBe(ErrorUri.NOT_AUTHORIZED);
  expect(asked).toHaveLength(3);
});

test('an error not_authorized is a no', async () => {
  const { router, errors } = await place(() => {
    throw new WampError(ErrorUri.NOT_AUTHORIZED);
  });
  expect(await subscribe(await joinAs(router, 'page'), 'news')).toBe(ErrorUri.NOT_AUTHORIZED);
  expect(errors).toEqual([]);
});

test.each<[string, () => unknown, string]>([
  [
    'throws',
    () => {
      throw new WampError('app.error.oops');
    },
    'app.error.oops',
  ],
  ['answers nothing', () => undefined, 'its answer is missing'],
  ['answers 1', () => 1, 'and its answer is'],
  ['answers { allow: 1 }', () => ({ allow: 1 }), '{ allow, disclose, cache }'],
  ['answers { disclose: "yes" }', () => ({ allow: true, disclose: 'yes' }), '{ allow, disclose, cache }'],
])('one that %s allows nothing, which is reported', async (_how, answer, report) => {
  const { router, errors } = await place(answer);
  const peer = await joinAs(router, 'page');
  expect(await subscribe(peer, 'news')).toBe(ErrorUri.AUTHORIZATION_FAILED);
  expect(errors).toEqual([expect.stringContaining(report)]);
});

test('while the procedure is not there nothing is allowed; when it comes back it is asked', async () => {
  const { router, backend, errors } = await place(() => true);
  const peer = await joinAs(router, 'page');
  await backend.leave();
  expect(await subscribe(peer, 'news')).toBe(ErrorUri.AUTHORIZATION_FAILED);
  expect(errors).toEqual([expect.stringContaining(ErrorUri.NO_SUCH_PROCEDURE)]);
  const again = await router.session('realm1', { authid: 'backend', authrole: 'backend' });
  await again.register('may.i', () => true);
  expect(await subscribe(peer, 'news')).toBe('subscribed');
});

test('nobody can put themselves in the place of the procedure, nor pass for the router', async () => {
  const { router } = await place(() => false);
  const peer = await joinAs(router, 'page', 'router');
  const impostor = await joinAs(router, 'router', 'router');
  expect((await peer.ask(Code.REGISTER, { force_reregister: true }, 'may.i'))[4]).toBe(ErrorUri.NOT_AUTHORIZED);
  for (const [code, uri] of [
    [Code.CALL, 'may.i'],
    [Code.SUBSCRIBE, 'news'],
    [Code.CALL, 'wamp.session.count'],
  ] as const) {
    expect((await impostor.ask(code, {}, uri))[4]).toBe(ErrorUri.NOT_AUTHORIZED);
  }
});

test('procedures that say who may log in are asked though no rule names the router', async () => {
  const users = usersByProcedure({ procedure: 'login.find' });
  const router = new Router({
    authenticators: [ticket({ users })],
    authorization: byRole({ backend: rules([{ uri: 'login.find', allow: ['register'] }]) }),
  });
  routers.push(router);
  const backend = await router.session('realm1', { authid: 'backend', authrole: 'backend' });
  await backend.register('login.find', () => ({ authrole: 'page', ticket: 'open sesame' }));
  const peer = connect(router);
  peer.say(Code.HELLO, 'realm1', { authmethods: ['ticket'], authid: 'ann', roles: {} });
  await peer.next(Code.CHALLENGE);
  peer.say(Code.AUTHENTICATE, 'open sesame', {});
  expect((await peer.next())[2]).toMatchObject({ authid: 'ann', authrole: 'page' });
});
