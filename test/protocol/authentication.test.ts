import type { Auth } from '@wigwag/core';
import { cryptosign, ticket, wampcra } from '@wigwag/core';
import { cryptosignPublicKey, wampcraKey } from '@wigwag/core/auth';
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
  });
  stage = await Stage.open({
    authenticators: [access.ticket({ users }), access.wampcra({ users }), access.cryptosign({ users })],
  });
});
afterAll(() => stage.close());

const logins: readonly (readonly [name: string, auth: (secret?: string) => Auth])[] = [
  ['ticket', (secret = 'ticket') => ticket({ authid: 'ann', ticket: () => secret })],
  ['wampcra', (secret = 'secret') => wampcra({ authid: 'ann', secret: () => secret })],
  ['salted wampcra', (secret = 'password') => wampcra({ authid: 'sal', secret: async () => secret })],
  ['cryptosign', (secret) => cryptosign({ privateKey: () => (secret === undefined ? rightKey : wrongKey) })],
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
