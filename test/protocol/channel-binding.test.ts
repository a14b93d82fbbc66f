import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import type { ChannelBinding } from '@wigwag/core/auth';
import { cryptosignPublicKey } from '@wigwag/core/auth';
import type { Client } from '@wigwag/node';
import { connect, cryptosign } from '@wigwag/node';
import * as access from '@wigwag/router';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { localhost } from '../support/tls.js';

const privateKey = '1'.repeat(64);
const server = createServer(localhost);
let router: access.Router;
let port: number;
const clients: Client[] = [];

beforeAll(async () => {
  const users = access.staticUsers({ ann: { authrole: 'staff', cryptosign: [await cryptosignPublicKey(privateKey)] } });
  router = new access.Router({ authenticators: [access.cryptosign({ users })] });
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

async function join(channelBinding: ChannelBinding | undefined, version: SecureVersion, at = port): Promise<Client> {
  const auth = [cryptosign({ privateKey: () => privateKey, ...(channelBinding && { channelBinding }) })];
  const socket = { ca: localhost.cert, minVersion: version, maxVersion: version };
  const client = await connect(`wss://localhost:${at}/ws`, { realm: 'realm1', auth, socket });
  clients.push(client);
  return client;
}

test.each([
  ['tls-exporter', 'TLSv1.3'],
  ['tls-unique', 'TLSv1.2'],
] as const)('a login is tied to its connection by %s on %s', async (binding, version) => {
  expect((await join(binding, version)).state).toMatchObject({ details: { authid: 'ann', authmethod: 'cryptosign' } });
});

test.each([
  ['tls-exporter', 'TLSv1.2'],
  ['tls-unique', 'TLSv1.3'],
] as const)('%s is not to be had on %s, and the client goes no further', async (binding, version) => {
  await expect(join(binding, version)).rejects.toMatchObject({ code: 'AUTHENTICATION' });
});

describe('somebody in the middle, whose certificate the client trusts', () => {
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
    expect((await join(undefined, 'TLSv1.3', portInTheMiddle())).state.type).toBe('joined');
  });

  test('cannot pass on one that is', async () => {
    await expect(join('tls-exporter', 'TLSv1.3', portInTheMiddle())).rejects.toMatchObject({
      uri: 'wamp.error.authentication_denied',
    });
  });
});
