import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import type { ChannelBinding } from '@wigwag/core/auth';
import { cryptosignPublicKey, scramCredential } from '@wigwag/core/auth';
import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { joinSession } from '@wigwag/core/session';
import type { Transport, TransportOwner } from '@wigwag/core/transport';
import { linkedPair } from '@wigwag/core/transport';
import type { Frame } from '@wigwag/core/wire';
import { Code, ErrorUri } from '@wigwag/core/wire';
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
  (method, _authid, auth) => {
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

    // The client of cryptosign finds out itself, by what the router shows of its challenge.
    test('cannot pass on one that is', async () => {
      await expect(join(auth({ channelBinding: 'tls-exporter' }), 'TLSv1.3', portInTheMiddle())).rejects.toMatchObject({
        uri: method === 'cryptosign' ? ErrorUri.AUTHENTICATION_FAILED : ErrorUri.AUTHENTICATION_DENIED,
      });
    });
  },
);

describe('cryptosign, with somebody in the middle who speaks WAMP himself', () => {
  const xor = (...all: readonly Uint8Array[]) =>
    Buffer.alloc(32).map((_, at) => all.reduce((sum, each) => sum ^ (each[at] ?? 0), 0));
  const [nearId, farId] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

  /** A login through two connections, each with an id of its own, both of which the middle knows. */
  function pass(
    options: { readonly requireBoundChallenge?: boolean },
    rewrite: (extra: Record<string, unknown>) => void,
  ) {
    const [near, far] = linkedPair(jsonSlices());
    router.attach(withId(far, farId));
    const middle: Transport = new Proxy(withId(near, nearId), {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== 'attach') return typeof value === 'function' ? value.bind(target) : value;
        return (owner: TransportOwner) =>
          target.attach({
            ...owner,
            close: (info) => owner.close(info),
            message: (frame) => owner.message(changed(frame, rewrite)),
          });
      },
    });
    const auth = cryptosign({ privateKey: () => privateKey, channelBinding: 'tls-exporter', ...options });
    return joinSession(middle, { realm: 'realm1', auth: [auth] });
  }

  function withId(transport: Transport, id: Uint8Array): Transport {
    return new Proxy(transport, {
      get(target, name) {
        if (name === 'channelId') return () => id;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  function changed(frame: Frame, rewrite: (extra: Record<string, unknown>) => void): Frame {
    const text = typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
    const message: unknown[] = JSON.parse(text);
    if (message[0] !== Code.CHALLENGE) return frame;
    rewrite(message[2] as Record<string, unknown>);
    const out = JSON.stringify(message);
    return typeof frame === 'string' ? out : new TextEncoder().encode(out);
  }

  const makeFit = (extra: Record<string, unknown>) => {
    extra.challenge = Buffer.from(xor(Buffer.from(String(extra.challenge), 'hex'), nearId, farId)).toString('hex');
  };
  const fitInSilence = (extra: Record<string, unknown>) => {
    makeFit(extra);
    delete extra._nonce;
  };

  test('a challenge that was made to fit is found out by what the router shows', async () => {
    await expect(pass({}, makeFit)).rejects.toMatchObject({ code: 'AUTHENTICATION' });
  });

  test('what the specification has is not proof against it; to insist on what our router shows is', async () => {
    const before = router.stats().joined;
    await pass({}, fitInSilence);
    expect(router.stats().joined).toBe(before + 1);
    await expect(pass({ requireBoundChallenge: true }, fitInSilence)).rejects.toMatchObject({ code: 'AUTHENTICATION' });
  });

  test('without anybody in between both are let in', async () => {
    for (const requireBoundChallenge of [false, true]) {
      const auth = cryptosign({ privateKey: () => privateKey, channelBinding: 'tls-exporter', requireBoundChallenge });
      expect((await join(auth, 'TLSv1.3')).state.type).toBe('joined');
    }
  });
});
