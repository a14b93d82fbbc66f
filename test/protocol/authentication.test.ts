import type { Auth } from '@wigwag/core';
import { cryptosign, scram, ticket, wampcra } from '@wigwag/core';
import { cryptosignPublicKey, scramCredential, wampcraKey } from '@wigwag/core/auth';
import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { joinSession } from '@wigwag/core/session';
import { linkedPair } from '@wigwag/core/transport';
import { isDict } from '@wigwag/core/wire';
import * as access from '@wigwag/router';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stage } from '../support/peers.js';

const [rightKey, wrongKey] = ['1'.repeat(64), '2'.repeat(64)] as const;
let stage: Stage;
beforeAll(async () => {
  const salting = { salt: 'salt123', iterations: 100, keylen: 32 };
  const users = access.staticUsers({
    ann: { authrole: 'staff', ticket: 'ticket', wampcra: { secret: 'secret' } },
    key: { authrole: 'staff', cryptosign: [await cryptosignPublicKey(rightKey)] },
    sal: { authrole: 'staff', wampcra: { ...salting, secret: await wampcraKey('password', salting) } },
    rob: { authrole: 'staff', scram: await scramCredential('password', { kdf: 'pbkdf2', iterations: 4096 }) },
    eve: { authrole: 'staff', scram: await scramCredential('password', { iterations: 1, memory: 8192 }) },
  });
  const { ticket, wampcra, cryptosign, scram } = access;
  stage = await Stage.open({ authenticators: [ticket, wampcra, cryptosign, scram].map((method) => method({ users })) });
});
afterAll(() => stage.close());

const logins: readonly (readonly [name: string, auth: (secret?: string) => Auth])[] = [
  ['ticket', (secret = 'ticket') => ticket({ authid: 'ann', ticket: () => secret })],
  ['wampcra', (secret = 'secret') => wampcra({ authid: 'ann', secret: () => secret })],
  ['salted wampcra', (secret = 'password') => wampcra({ authid: 'sal', secret: async () => secret })],
  ['cryptosign', (secret) => cryptosign({ privateKey: () => (secret === undefined ? rightKey : wrongKey) })],
  ['wamp-scram', (secret = 'password') => scram({ authid: 'rob', password: () => secret })],
  ['wamp-scram with Argon2', (secret = 'password') => scram({ authid: 'eve', password: async () => secret })],
];
const crossings = [
  ['websocket', 'json'],
  ['rawsocket', 'cbor'],
  ['memory', 'msgpack'],
] as const;

describe.each(logins)('%s', (_name, auth) => {
  test.each(crossings)('the right secret joins, over %s with %s', async (carrier, format) => {
    const client = await stage.join(carrier, format, { auth: [auth()] });
    expect(client.state).toMatchObject({ details: { authrole: 'staff', authprovider: 'static' } });
  });

  test('a wrong one is refused, and the client does not try again', async () => {
    const client = stage.client('websocket', 'json', { auth: [auth('wrong')], retry: 'always' });
    await expect(client.connect()).rejects.toMatchObject({
      code: 'JOIN_REFUSED',
      uri: 'wamp.error.authentication_denied',
    });
  });
});

test('a client that offers nothing is refused where anonymous is not offered', async () => {
  await expect(stage.join('websocket', 'json')).rejects.toMatchObject({ uri: 'wamp.error.no_matching_auth_method' });
});

test('the secret is asked for at each join', async () => {
  let asked = 0;
  const auth = ticket({
    authid: 'ann',
    ticket: () => {
      asked++;
      return 'ticket';
    },
  });
  for (let i = 1; i <= 2; i++) {
    await stage.join('memory', 'json', { auth: [auth] });
    expect(asked).toBe(i);
  }
});

describe('a false router that lets everybody in', () => {
  const identity = { authid: 'rob', authrole: 'staff', authmethod: 'wamp-scram', authprovider: 'false' };
  const verifier = Buffer.alloc(32).toString('base64');
  const join = (begin: access.Authenticator['begin'], offered: readonly Auth[]) => {
    const router = new access.Router({ authenticators: [{ method: offered[0]?.method ?? '', begin }] });
    const [near, far] = linkedPair(jsonSlices());
    router.attach(far);
    return joinSession(near, { realm: 'realm1', auth: offered });
  };
  const auth = scram({ authid: 'rob', password: () => 'password' });

  test.each([
    ['without a challenge', () => ({ type: 'accepted', identity })],
    [
      'after one that it cannot judge',
      ({ details: { authextra } }) => ({
        type: 'challenge',
        extra: {
          nonce: `${isDict(authextra) ? authextra.nonce : ''}xyz=`,
          salt: 'AAAAAAAAAAA=',
          kdf: 'pbkdf2',
          iterations: 4096,
        },
        answer: () => ({ type: 'accepted', identity, extra: { verifier } }),
      }),
    ],
  ] satisfies [string, access.Authenticator['begin']][])('%s is left', async (_name, begin) => {
    await expect(join(begin, [auth])).rejects.toMatchObject({ code: 'AUTHENTICATION' });
  });
});
