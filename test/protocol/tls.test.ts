import { copyFileSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Auth, Client } from '@wigwag/node';
import { connect, tls } from '@wigwag/node';
import * as access from '@wigwag/router';
import { afterEach, describe, expect, test } from 'vitest';
import { TestClock } from '../../packages/router/test/support/clock.js';
import type { Pair } from '../support/tls.js';
import { authority, clients as certificates, localhost, renewed } from '../support/tls.js';
import { until } from '../support/until.js';

const routers: access.Router[] = [];
const clients: Client[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(routers.splice(0).map((router) => router.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

type Carrier = 'websocket' | 'rawsocket';
const carriers: readonly Carrier[] = ['websocket', 'rawsocket'];

async function listen(carrier: Carrier, options: access.TlsOptions, router: access.RouterOptions = {}) {
  const made = new access.Router(router);
  made.on('error', (error) => errors.push(error));
  const errors: unknown[] = [];
  routers.push(made);
  const listener = await made.listen({ port: 0, tls: options, ...(carrier === 'rawsocket' && { protocol: carrier }) });
  const url = listener.url.replace('127.0.0.1', 'localhost');
  return { router: made, listener, url, port: Number(new URL(url).port), errors };
}

async function dial(url: string, pair?: Pair, auth: readonly Auth[] = [], server = localhost): Promise<Client> {
  const client = await connect(url, { realm: 'realm1', auth, socket: { ca: server.cert, ...pair } });
  clients.push(client);
  return client;
}

/** The certificate that a server shows at this port, by its fingerprint. */
function shown(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    }).on('error', reject);
  });
}

describe.each(carriers)('TLS of a %s listener', (carrier) => {
  test('carries sessions', async () => {
    const { url } = await listen(carrier, localhost);
    expect(url).toMatch(carrier === 'websocket' ? /^wss:/ : /^rss:/);
    const client = await dial(url);
    await client.register('double', ([n]) => Number(n) * 2);
    expect(await client.call('double', [21])).toBe(42);
  });

  test('is new after reload, and sessions that are there go on', async () => {
    const { listener, url, port, router } = await listen(carrier, localhost);
    const reloaded: string[] = [];
    router.on('listener:reloaded', (address) => reloaded.push(address));
    const client = await dial(url);
    const before = await shown(port);
    await listener.reload(renewed);
    expect(await shown(port)).not.toBe(before);
    expect(reloaded).toEqual([listener.url]);
    await dial(url, undefined, [], renewed);
    await client.publish('still.here', [], { acknowledge: true });
  });

  test.each([
    ['text that is no certificate', { cert: 'no', key: localhost.key }],
    ['the key of another certificate', { cert: renewed.cert, key: localhost.key }],
  ])('is what it was after reload of %s', async (_name, bad) => {
    const { listener, url, port } = await listen(carrier, localhost);
    const before = await shown(port);
    await expect(listener.reload(bad)).rejects.toMatchObject({ code: 'CERTIFICATE' });
    expect(await shown(port)).toBe(before);
    await dial(url);
    await expect(listen(carrier, bad)).rejects.toMatchObject({ code: 'CERTIFICATE' });
  });

  test.each([
    ['nothing', {}],
    ['a certificate without its key', { cert: renewed.cert }],
    ['other names', { certificate: renewed.cert, privateKey: renewed.key }],
  ])('is what it was after reload of %s, with which no handshake would succeed', async (_name, none) => {
    const { listener, url } = await listen(carrier, localhost);
    await expect(listener.reload(none as access.Certificates)).rejects.toMatchObject({
      code: 'CERTIFICATE',
      message: 'there is no certificate: give `cert` and `key`, or `certFile` and `keyFile`',
    });
    await dial(url);
  });

  test.each([
    ['no authority', {}],
    ['an authority that is none', { ca: 'no' }],
  ])("of clients' certificates: after reload with %s nobody else's are taken", async (_name, more) => {
    const options = { ...localhost, ca: authority, clientCertificates: 'require' as const };
    const users = access.staticUsers({ ann: { authrole: 'device', tls: 'any' } });
    const { listener, url, router } = await listen(carrier, options, { authenticators: [access.tls({ users })] });
    const reloaded = listener.reload({ ...localhost, ...more });
    if ('ca' in more) await expect(reloaded).rejects.toMatchObject({ code: 'CERTIFICATE' });
    else await reloaded;
    await dial(url, certificates.ann, [tls()]);
    expect(router.stats().sessions).toBe(1);
    await expect(dial(url, certificates.stranger, [tls()])).rejects.toThrow();
  });

  test('is not waited for without end: who does not finish its handshake is cut off, and holds no port', async () => {
    const clock = new TestClock();
    const { port, listener, router } = await listen(carrier, localhost, { clock });
    const dead = connectTcp(port);
    const closed = new Promise((resolve) => dead.on('error', () => {}).on('close', resolve));
    await new Promise((resolve) => dead.once('connect', resolve));
    // Known to the router once another that came later is.
    await shown(port);
    clock.advance(10_000);
    await closed;
    const another = connectTcp(port);
    await new Promise((resolve) => another.once('connect', resolve));
    await listener.close();
    another.destroy();
    expect(router.stats().connections).toBe(0);
  });
});

describe('certificates in files', () => {
  /** A folder as Let's Encrypt keeps it: links to the files that are good now. */
  function folderWith(pair: 'localhost' | 'renewed') {
    const folder = mkdtempSync(join(tmpdir(), 'wigwag-tls-'));
    folders.push(folder);
    const turnTo = (name: string) => {
      for (const kind of ['cert', 'key']) {
        copyFileSync(
          fileURLToPath(new URL(`../support/fixtures/${name}.${kind}.pem`, import.meta.url)),
          join(folder, `${name}.${kind}.pem`),
        );
        symlinkSync(`${name}.${kind}.pem`, join(folder, `new.${kind}`));
        renameSync(join(folder, `new.${kind}`), join(folder, `${kind}.pem`));
      }
    };
    turnTo(pair);
    return { folder, turnTo, files: { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') } };
  }

  test('are read again when asked', async () => {
    const { files, turnTo } = folderWith('localhost');
    const { listener, port } = await listen('websocket', files);
    const before = await shown(port);
    turnTo('renewed');
    expect(await shown(port)).toBe(before);
    await listener.reload();
    expect(await shown(port)).not.toBe(before);
  });

  test('are followed where that is wanted', async () => {
    const { files, turnTo, folder } = folderWith('localhost');
    const { port, router, errors } = await listen('websocket', { ...files, watch: true });
    let reloads = 0;
    router.on('listener:reloaded', () => {
      reloads++;
    });
    const before = await shown(port);
    turnTo('renewed');
    await until(() => reloads > 0);
    expect(await shown(port)).not.toBe(before);
    writeFileSync(join(folder, 'renewed.key.pem'), 'half a key');
    await until(() => errors.length > 0);
    expect(errors[0]).toMatchObject({ code: 'CERTIFICATE' });
    expect(await shown(port)).not.toBe(before);
  });

  test('that are not there are an error that names them', async () => {
    const files = { certFile: '/nowhere/cert.pem', keyFile: '/nowhere/key.pem' };
    await expect(listen('websocket', files)).rejects.toMatchObject({
      code: 'CERTIFICATE',
      message: expect.stringContaining('/nowhere/cert.pem'),
    });
  });
});

test('a listener without TLS has nothing to reload', async () => {
  const router = new access.Router();
  routers.push(router);
  const listeners = [await router.listen({ port: 0 }), await router.listen({ port: 0, protocol: 'rawsocket' })];
  for (const listener of listeners) await expect(listener.reload()).rejects.toThrow(TypeError);
});

test('who asks for certificates says whose are good', async () => {
  await expect(listen('websocket', { ...localhost, clientCertificates: 'require' })).rejects.toThrow(/`ca`/);
});

describe.each(carriers)('client certificates on a %s listener', (carrier) => {
  const fingerprint = async (pair: Pair) => {
    const { X509Certificate } = await import('node:crypto');
    return new X509Certificate(pair.cert).fingerprint256;
  };
  const place = async (clientCertificates: 'request' | 'require', table: Record<string, access.User>) =>
    listen(
      carrier,
      { ...localhost, ca: authority, clientCertificates },
      { authenticators: [access.tls({ users: access.staticUsers(table) }), access.anonymous()] },
    );
  const any = { ann: { authrole: 'staff', tls: 'any' } } as const;

  test('log in who has one', async () => {
    const { url } = await place('require', any);
    for (const auth of [tls(), tls({ authid: 'ann' })]) {
      expect((await dial(url, certificates.ann, [auth])).state).toMatchObject({
        details: { authid: 'ann', authrole: 'staff', authmethod: 'tls', authprovider: 'static' },
      });
    }
  });

  test('may be in another of the certificate’s names, or any that is known by its fingerprint', async () => {
    const { url } = await place('require', {
      'ann@shop.example': { authrole: 'mail', tls: 'any' },
      bob: { authrole: 'staff', tls: [await fingerprint(certificates.laptop)] },
    });
    const mail = await dial(url, certificates.ann, [tls({ authid: 'ann@shop.example' })]);
    expect(mail.state).toMatchObject({ details: { authrole: 'mail' } });
    const bob = await dial(url, certificates.laptop, [tls({ authid: 'bob' })]);
    expect(bob.state).toMatchObject({ details: { authid: 'bob' } });
  });

  test.each([
    ['whom nobody knows', {}, certificates.ann, undefined],
    ['who may not log in so', { ann: { authrole: 'staff', ticket: 'x' } }, certificates.ann, undefined],
    ['who claims to be somebody else', { bob: { authrole: 'staff', tls: 'any' } }, certificates.ann, 'bob'],
    [
      'who is known by another certificate',
      { ann: { authrole: 'staff', tls: ['ab'.repeat(32)] } },
      certificates.ann,
      'ann',
    ],
  ] as const)('do not log in somebody %s', async (_name, table, pair, authid) => {
    const { url } = await place('require', table);
    await expect(dial(url, pair, [tls(authid === undefined ? {} : { authid })])).rejects.toMatchObject({
      uri: 'wamp.error.authentication_denied',
    });
  });

  test.each([
    ['none', undefined],
    ['one of another authority', certificates.stranger],
    ['one that has expired', certificates.expired],
  ])('where they are required, nobody connects with %s', async (_name, pair) => {
    const { url, router } = await place('require', any);
    await expect(dial(url, pair, [tls()])).rejects.toThrow();
    expect(router.stats().joined).toBe(0);
  });

  test.each([
    ['none', undefined],
    ['one of another authority', certificates.stranger],
    ['one that has expired', certificates.expired],
  ])('where they are asked for, who has %s can log in by another method only', async (_name, pair) => {
    const { url } = await place('request', any);
    await expect(dial(url, pair, [tls()])).rejects.toMatchObject({ uri: 'wamp.error.authentication_required' });
    expect((await dial(url, pair)).state).toMatchObject({ details: { authmethod: 'anonymous' } });
  });

  test('are found by a procedure too, which is told what they say', async () => {
    const users = access.usersByProcedure({ procedure: 'login.find' });
    const { url, router } = await listen(
      carrier,
      { ...localhost, ca: authority, clientCertificates: 'request' },
      { authenticators: [access.tls({ users })] },
    );
    const told: unknown[] = [];
    const backend = await router.session('realm1', { authid: 'backend', authrole: 'backend' });
    await backend.register('login.find', ([, authid, details]) => {
      told.push([authid, details]);
      return { authrole: 'staff', tls: 'any' };
    });
    await dial(url, certificates.ann, [tls()]);
    const sha256 = (await fingerprint(certificates.ann)).replaceAll(':', '').toLowerCase();
    const certificate = { names: ['ann', 'ann@shop.example'], fingerprint: sha256 };
    expect(told).toEqual([['ann', expect.objectContaining({ certificate: expect.objectContaining(certificate) })]]);
  });
});

test('the method tls is refused where there is no TLS', async () => {
  const router = new access.Router({ authenticators: [access.tls({ users: access.staticUsers({}) })] });
  routers.push(router);
  const { url } = await router.listen({ port: 0 });
  await expect(dial(url, undefined, [tls()])).rejects.toMatchObject({ uri: 'wamp.error.authentication_required' });
});
