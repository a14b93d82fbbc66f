import { cryptosignPublicKey, wampcraKey } from '@wigwag/core/auth';
import { cryptosign, staticUsers, ticket, wampcra } from '@wigwag/router';
import type { ConnectionOptions } from 'autobahn';
import autobahn from 'autobahn';
import { describe, expect, test } from 'vitest';
import { autobahnAt } from './support/autobahn.js';
import { setStage } from './support/stage.js';

const rightKey = '1'.repeat(64);
const salting = { salt: 'salt123', iterations: 100, keylen: 16 };
const users = staticUsers({
  ann: { authrole: 'staff', ticket: 'open sesame', wampcra: { secret: 'secret' } },
  key: { authrole: 'staff', cryptosign: [await cryptosignPublicKey(rightKey)] },
  sal: { authrole: 'staff', wampcra: { ...salting, secret: await wampcraKey('password', salting) } },
});
const stage = setStage({ authenticators: [ticket({ users }), wampcra({ users }), cryptosign({ users })] });

type Login = Pick<ConnectionOptions, 'authmethods' | 'authid' | 'authextra' | 'onchallenge'>;

/** As its documentation says to log in, by method. */
const logins: readonly (readonly [method: string, right: string, login: (secret: string) => Login])[] = [
  ['ticket', 'open sesame', (secret) => ({ authmethods: ['ticket'], authid: 'ann', onchallenge: () => secret })],
  [
    'wampcra',
    'secret',
    (secret) => ({
      authmethods: ['wampcra'],
      authid: 'ann',
      onchallenge: (_session, _method, { challenge }) => autobahn.auth_cra.sign(secret, challenge),
    }),
  ],
  [
    'salted wampcra',
    'password',
    (secret) => ({
      authmethods: ['wampcra'],
      authid: 'sal',
      onchallenge: (_session, _method, { challenge, salt, iterations, keylen }) =>
        autobahn.auth_cra.sign(autobahn.auth_cra.derive_key(secret, salt, iterations, keylen), challenge),
    }),
  ],
  [
    'cryptosign',
    rightKey,
    (secret) => {
      const pair = autobahn.nacl.sign.keyPair.fromSeed(Buffer.from(secret.padEnd(64, '0'), 'hex'));
      return {
        authmethods: ['cryptosign'],
        authid: 'key',
        authextra: { pubkey: autobahn.auth_cryptosign.public_key(pair), channel_binding: null },
        onchallenge: (_session, _method, extra) => autobahn.auth_cryptosign.sign_challenge(pair, extra),
      };
    },
  ],
];

describe.each(logins)('AutobahnJS logs in by %s', (_method, right, login) => {
  test('with the right secret', async () => {
    const { details } = await autobahnAt(stage, login(right)).open();
    expect(details).toMatchObject({ authrole: 'staff', authid: login(right).authid });
  });

  test('and not with a wrong one', async () => {
    const guest = autobahnAt(stage, login('77'));
    void guest.open();
    expect(await guest.closed.next()).toMatchObject({
      reason: 'wamp.error.authentication_denied',
      will_retry: false,
    });
  });
});
