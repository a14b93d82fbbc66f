import {
  cryptosignPublicKey,
  cryptosignSignature,
  scramCredential,
  wampcraKey,
  wampcraSignature,
} from '@wigwag/core/auth';
import { Result, WampError } from '@wigwag/core/session';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { Authenticator } from '../../src/index.js';
import { cryptosign, Router, scram, ticket, ticketByProcedure, usersByProcedure, wampcra } from '../../src/index.js';
import { connect } from '../support/memory.js';
import type { Message } from '../support/peer.js';

const key = '1'.repeat(64);
const salting = { salt: 'salt123', iterations: 100, keylen: 32 };
const found = {
  authrole: 'staff',
  ticket: 'open sesame',
  wampcra: { ...salting, secret: await wampcraKey('password', salting) },
  scram: await scramCredential('password', { kdf: 'pbkdf2', iterations: 1 }),
  cryptosign: [await cryptosignPublicKey(key)],
};
const users = usersByProcedure({ procedure: 'login.find', realm: 'back' });

interface Place {
  readonly router: Router;
  readonly calls: unknown[][];
  readonly reported: string[];
}

/** A router whose realm `back` has a procedure `login.find` that does this. */
async function place(
  authenticators: readonly Authenticator[],
  find: (authid: unknown) => unknown = (authid) => (authid === 'ann' ? found : null),
  realm = 'back',
): Promise<Place> {
  const router = new Router({ realms: ['realm1', 'back'], authenticators });
  const calls: unknown[][] = [];
  const reported: string[] = [];
  router.on('error', (error) => reported.push(String(error)));
  const backend = await router.session(realm, { authid: 'backend', authrole: 'backend' });
  await backend.register('login.find', (args) => {
    calls.push([...args]);
    return find(args[1]);
  });
  return { router, calls, reported };
}

async function login(
  router: Router,
  method: string,
  details: object,
  sign: (extra: Record<string, string>) => string | Promise<string>,
): Promise<Message> {
  const peer = connect(router);
  peer.say(Code.HELLO, 'realm1', { authmethods: [method], authid: 'ann', ...details });
  const reply = await peer.next();
  if (reply[0] !== Code.CHALLENGE) return reply;
  peer.say(Code.AUTHENTICATE, await sign(reply[2] as Record<string, string>), {});
  return peer.next();
}

const denied = [Code.ABORT, {}, ErrorUri.AUTHENTICATION_DENIED];
const failed = [Code.ABORT, {}, ErrorUri.AUTHENTICATION_FAILED];

describe('users that a procedure finds', () => {
  test.each([
    ['ticket', ticket({ users }), {}, () => 'open sesame', {}],
    ['wampcra', wampcra({ users }), {}, ({ challenge = '' }) => wampcraSignature(found.wampcra.secret, challenge), {}],
    [
      'cryptosign',
      cryptosign({ users }),
      { authextra: { pubkey: found.cryptosign[0] } },
      ({ challenge = '' }) => cryptosignSignature(key, challenge),
      { pubkey: found.cryptosign[0] },
    ],
  ] as const)('log in by %s', async (method, authenticator, details, sign, more) => {
    const { router, calls } = await place([authenticator]);
    const welcome = await login(router, method, details, sign);
    expect(welcome[2]).toMatchObject({ authid: 'ann', authrole: 'staff', authmethod: method, authprovider: 'dynamic' });
    const authextra = 'authextra' in details ? details.authextra : null;
    expect(calls).toEqual([['realm1', 'ann', { authmethod: method, peer: 'test', authextra, ...more }]]);
  });

  test('are challenged by wamp-scram with what the procedure told', async () => {
    const { router } = await place([scram({ users })]);
    const peer = connect(router);
    peer.say(Code.HELLO, 'realm1', {
      authmethods: ['wamp-scram'],
      authid: 'ann',
      authextra: { nonce: 'egVDf3DMJh0=' },
    });
    expect((await peer.next(Code.CHALLENGE))[2]).toMatchObject({ salt: found.scram.salt, iterations: 1 });
  });

  test('may be found in the realm that is joined, as a result with several values, and with nulls', async () => {
    const byRealm = usersByProcedure({ procedure: 'login.find' });
    const answer = new Result([{ ...found, authid: null, wampcra: null, expires: null }, 'more'], { kept: true });
    const { router } = await place([ticket({ users: byRealm })], () => answer, 'realm1');
    expect((await login(router, 'ticket', {}, () => 'open sesame'))[0]).toBe(Code.WELCOME);
  });

  test('one session of the router’s own calls for all logins', async () => {
    const { router } = await place([ticket({ users })]);
    for (let i = 0; i < 5; i++) await login(router, 'ticket', {}, () => 'open sesame');
    const { sessions } = router.stats().realms.back ?? {};
    expect(sessions).toBe(2);
    await router.close();
    expect(router.stats().connections).toBe(0);
  });
});

describe('tickets that a procedure judges', () => {
  const check = ticketByProcedure({ procedure: 'login.find', realm: 'back' });

  test('are handed to it, and make of their bearer whom it says', async () => {
    const { router, calls } = await place([ticket({ check })], () => ({ authid: 'anna', authrole: 'staff' }));
    expect((await login(router, 'ticket', {}, () => 'a token'))[2]).toMatchObject({ authid: 'anna' });
    expect(calls).toEqual([
      ['realm1', 'ann', { authmethod: 'ticket', peer: 'test', authextra: null, ticket: 'a token' }],
    ]);
  });

  test.each([
    ['null', () => null],
    ['nothing', () => undefined],
    ['an error that says no', () => Promise.reject(new WampError(ErrorUri.AUTHENTICATION_DENIED, ['no']))],
  ])('are refused when it answers with %s', async (_name, judge) => {
    const { router, reported } = await place([ticket({ check })], judge);
    expect(await login(router, 'ticket', {}, () => 'a token')).toMatchObject(denied);
    expect(reported).toEqual([]);
  });
});

describe('a procedure that is no help lets nobody in, and the router’s log says why', () => {
  test.each([
    ['fails', () => Promise.reject(new WampError('shop.error.database', ['down'])), /shop\.error\.database/],
    ['answers with text', () => 'yes', /login\.find answered with a string/],
    ['answers with true', () => true, /login\.find answered with a boolean/],
    ['names no role', () => ({ authid: 'ann' }), /`authrole` is not text/],
    ['names a role that is none', () => ({ authrole: ['staff'] }), /`authrole` is not text/],
    ['names an empty authid', () => ({ authrole: 'staff', authid: '' }), /`authid` is not text/],
    ['tells a key that is none', () => ({ authrole: 'staff', cryptosign: 'key' }), /`cryptosign` is not a list/],
    ['tells a secret without its text', () => ({ authrole: 'staff', wampcra: { salt: 'x' } }), /`wampcra` is not \{/],
    ['tells a credential that lacks its keys', () => ({ authrole: 'staff', scram: { kdf: 'x' } }), /`scram` is not \{/],
    ['tells an end that is no time', () => ({ authrole: 'staff', expires: 'soon' }), /`expires` is not a number/],
  ])('one that %s', async (_name, find, message) => {
    const { router, reported } = await place([ticket({ users })], find);
    expect(await login(router, 'ticket', {}, () => 'open sesame')).toMatchObject(failed);
    expect(reported).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    ['that is not there', usersByProcedure({ procedure: 'login.other', realm: 'back' }), /no_such_procedure/],
    ['in a realm that is not there', usersByProcedure({ procedure: 'login.find', realm: 'nowhere' }), /nowhere|realm/],
  ])('one %s', async (_name, from, message) => {
    const { router, reported } = await place([ticket({ users: from })]);
    for (let i = 0; i < 2; i++) {
      expect(await login(router, 'ticket', {}, () => 'open sesame')).toMatchObject(failed);
    }
    expect(reported).toEqual([expect.stringMatching(message), expect.stringMatching(message)]);
  });
});

test('a function of the application whose user is none lets nobody in either', async () => {
  const bad = { provider: 'mine', find: () => JSON.parse('{ "ticket": "open sesame" }') };
  const { router, reported } = await place([ticket({ users: bad })]);
  expect(await login(router, 'ticket', {}, () => 'open sesame')).toMatchObject(failed);
  expect(reported).toEqual([expect.stringMatching(/`authrole` is not text/)]);
});
