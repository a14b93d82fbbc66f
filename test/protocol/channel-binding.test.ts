import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import type { ChannelBinding } from '@wigwag/core/auth';
import { cryptosignPublicKey, scramCredential } from '@wigwag/core/auth';
import type { Auth, Client } from '@wigwag/node';
import { connect, cryptosign, scram } from '@wigwag/node';
import * as access from '@wigwag/router';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { localhost } from '../support/tls.js';

const privateKey = '1'.repeat(64);
const server = createServer(localhost);
let router: access.Router;
let port: number;
const clients: Client[] = [];

beforeAll(async () => {
  const users = access.staticUsers({
    ann: { authrole: 'staff', cryptosign: [await cryptosignPublicKey(privateKey)] },
    rob: { authrole: 'staff', scram: await scramCredential('password', { kdf: 'pbkdf2', iterations: 4096 }) },
  });
  router = new access.Router({ authenticators: [access.cryptosign({ users }), access.scram({ users })] });
  await router.listen({ server });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  await router.close();
  server.close();
});

type Binding = { readonly channelBinding?: ChannelBinding };
const methods: readonly (readonly [method: string, authid: string, auth: (binding: Binding) => Auth])[] = [
  ['cryptosign', 'ann', (binding) => cryptosign({ privateKey: () => privateKey, ...binding })],
  ['wamp-scram', 'rob', (binding) => scram({ authid: 'rob', password: () => 'password', ...binding })],
];

async function join(auth: Auth, version: SecureVersion, at = port): Promise<Client> {
  const socket = { ca: localhost.cert, minVersion: version, maxVersion: version };
  const client = await connect(`wss://localhost:${at}/ws`, { realm: 'realm1', auth: [auth], socket });
  clients.push(client);
  return client;
}

describe.each(methods)('%s', (method, authid, auth) => {
  test.each([
    ['tls-exporter', 'TLSv1.3'],
    ['tls-unique', 'TLSv1.2'],
  ] as const)('a login is tied to its connection by %s on %s', async (channelBinding, version) => {
    expect((await join(auth({ channelBinding }), version)).state).toMatchObject({
      details: { authid, authmethod: method },
    });
  });

  // Which side says no first differs: the client of cryptosign, the router of wamp-scram.
  test.each([
    ['tls-exporter', 'TLSv1.2'],
    ['tls-unique', 'TLSv1.3'],
  ] as const)('%s is not to be had on %s, and the login goes no further', async (channelBinding, version) => {
    await expect(join(auth({ channelBinding }), version)).rejects.toMatchObject({
      code: expect.stringMatching(/^(AUTHENTICATION|JOIN_REFUSED)$/),
    });
  });
});

test('where several methods are offered, the binding that one asks for holds for the one that is chosen', async () => {
  const both = [
    cryptosign({ privateKey: () => privateKey, channelBinding: 'tls-exporter' }),
    scram({ authid: 'rob', password: () => 'password' }),
  ];
  for (const auth of [both, [...both].reverse()]) {
    const socket = { ca: localhost.cert, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
    await expect(connect(`wss://localhost:${port}/ws`, { realm: 'realm1', auth, socket })).rejects.toThrow(/TLS/);
  }
});

describe.each(methods)(
  '%s, with somebody in the middle whose certificate the client trusts',
  (_method, _authid, auth) => {
    const middle = createTlsServer(localhost, (near) => {
      const far = connectTls({ host: '127.0.0.1', port, ca: localhost.cert, servername: 'localhost' });
      near.pipe(far).pipe(near);
      near.on('error', () => far.destroy());
      far.on('error', () => near.destroy());
    });
    beforeAll(async () => {
      middle.listen(0, '127.0.0.1');
      await once(middle, 'listening');
    });
    afterAll(() => {
      middle.close();
    });
    const portInTheMiddle = () => (middle.address() as AddressInfo).port;

    test('can pass on a login that is not tied to the connection', async () => {
      expect((await join(auth({}), 'TLSv1.3', portInTheMiddle())).state.type).toBe('joined');
    });

    test('cannot pass on one that is', async () => {
      await expect(join(auth({ channelBinding: 'tls-exporter' }), 'TLSv1.3', portInTheMiddle())).rejects.toMatchObject({
        uri: 'wamp.error.authentication_denied',
      });
    });
  },
);
