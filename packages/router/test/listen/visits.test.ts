import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { Code } from '@wigwag/core/wire';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ListenOptions, RouterOptions } from '../../src/index.js';
import { cookie, Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { until } from '../support/peer.js';
import { dial, dialIn } from '../support/sockets.js';

const routers: Router[] = [];
afterEach(async () => {
  await Promise.all(routers.splice(0).map((router) => router.close()));
});

async function open(listen: ListenOptions = {}, options: RouterOptions = {}) {
  const router = new Router(options);
  routers.push(router);
  const refused: string[] = [];
  router.on('connection:refused', (peer, reason) => refused.push(`${peer}: ${reason}`));
  const { url } = await router.listen('server' in listen ? listen : { port: 0, ...listen });
  return { router, url, refused };
}

/** What an upgrade request with these headers is answered with: 101, or another status and text. */
function knock(url: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; text: string; ws: WebSocket }>((resolve, reject) => {
    const ws = new WebSocket(url, 'wamp.2.json', { headers });
    ws.on('open', () => resolve({ status: 101, text: '', ws }));
    ws.on('error', reject);
    ws.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (part: Buffer) => {
        text += part.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, ws }));
    });
  });
}

describe('pages', () => {
  test('from elsewhere are refused with what to do about it, logged and counted', async () => {
    const { router, url, refused } = await open();
    const { status, text } = await knock(url, { origin: 'https://evil.example' });
    expect([status, text]).toEqual([403, expect.stringContaining('`origins`')]);
    expect(refused).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+: .*https:\/\/evil\.example/)]);
    expect(router.stats()).toMatchObject({ refusedConnections: 1, connections: 0 });
  });

  test.each([
    ['this machine’s', {}, {}, 'http://localhost:3000', 101],
    ['those of the host that the request is for', {}, { host: 'shop.example' }, 'https://shop.example', 101],
    ['those on a list', { origins: ['https://shop.example'] }, {}, 'https://shop.example', 101],
    ['no others, where there is a list', { origins: ['https://shop.example'] }, {}, 'http://localhost:3000', 403],
  ] as const)('%s', async (_name, options, headers, origin, status) => {
    const { url } = await open(options);
    expect((await knock(url, { ...headers, origin })).status).toBe(status);
  });

  test('of this machine are strangers to a listener that others can reach', async () => {
    const { url } = await open({ host: '0.0.0.0' });
    const port = new URL(url).port;
    expect((await knock(`ws://127.0.0.1:${port}/ws`, { origin: 'http://localhost:3000' })).status).toBe(403);
    expect((await knock(`ws://127.0.0.1:${port}/ws`, { origin: 'http://127.0.0.1:3000' })).status).toBe(101);
  });

  test('are looked at on another’s server too', async () => {
    const server = createServer();
    const { router } = await open({ server });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
    expect((await knock(url, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await knock(url, { origin: 'http://127.0.0.1:1' })).status).toBe(101);
    await router.close();
    server.close();
  });

  test('that a browser of this machine shows, and that are from elsewhere, are not this machine', async () => {
    const { url } = await open({ origins: ['https://shop.example'] });
    const [own, page] = [await dialIn(url), await dialIn(url, { origin: 'https://shop.example' })];
    expect((await own.ask(Code.SUBSCRIBE, {}, 'a.b'))[0]).toBe(Code.SUBSCRIBED);
    expect((await page.ask(Code.SUBSCRIBE, {}, 'a.b'))[0]).toBe(Code.ERROR);
  });
});

describe('cookies', () => {
  const sessions = new Map([['abc d', { authid: 'ann', authrole: 'staff' }]]);
  const login = (
    check: Parameters<typeof cookie>[0]['check'] = (cookies) => sessions.get(cookies.get('sid') ?? ''),
  ) => ({
    authenticators: [cookie({ check })],
  });
  async function join(url: string, headers: Record<string, string>, authid?: string) {
    const { ws } = await knock(url, headers);
    const answer = new Promise<unknown[]>((resolve) => {
      ws.once('message', (data: Buffer) => resolve(JSON.parse(data.toString())));
    });
    ws.send(JSON.stringify([Code.HELLO, 'realm1', { authmethods: ['cookie'], authid, roles: { caller: {} } }]));
    const message = await answer;
    ws.close();
    return message;
  }
  const own = { origin: 'http://localhost:3000' };

  test.each([
    ['one', 'sid=abc%20d', undefined],
    ['one among others', 'theme=dark; sid="abc d"; x', undefined],
    ['the first of two', 'sid=abc%20d; sid=other', 'ann'],
  ])('log in whom they belong to: %s', async (_name, header, authid) => {
    const { url } = await open({}, login());
    expect((await join(url, { ...own, cookie: header }, authid))[2]).toMatchObject({
      authid: 'ann',
      authrole: 'staff',
      authmethod: 'cookie',
      authprovider: 'dynamic',
    });
  });

  test.each([
    ['none', {}, undefined],
    ['another one', { cookie: 'other=abc%20d' }, undefined],
    ['one that nobody has', { cookie: 'sid=%zz' }, undefined],
    ['somebody else’s', { cookie: 'sid=abc%20d' }, 'bob'],
  ])('do not log in who has %s', async (_name, headers, authid) => {
    const { url } = await open({}, login());
    expect(await join(url, { ...own, ...headers }, authid)).toMatchObject([
      Code.ABORT,
      {},
      'wamp.error.authentication_denied',
    ]);
  });

  test('prove nothing where any page may connect', async () => {
    const anybody = await open({ origins: ['*', 'https://shop.example'] }, login());
    const cookies = { cookie: 'sid=abc%20d' };
    expect((await join(anybody.url, { ...cookies, origin: 'https://evil.example' }))[0]).toBe(Code.ABORT);
    expect((await join(anybody.url, { ...cookies, origin: 'https://shop.example' }))[0]).toBe(Code.WELCOME);
  });

  test('that are judged without saying whose they are let nobody in, and are reported', async () => {
    const { url, router } = await open(
      {},
      login(() => ({ authrole: 'staff' })),
    );
    const errors: unknown[] = [];
    router.on('error', (error) => errors.push(error));
    const answer = await join(url, { ...own, cookie: 'sid=1' }, 'ann');
    expect(answer).toMatchObject([Code.ABORT, {}, 'wamp.error.authentication_failed']);
    expect(errors).toHaveLength(1);
  });
});

describe('connections of one address', () => {
  const limits = { maxConnectionsPerAddress: 2 };

  test('beyond the limit are closed, and open again when one goes', async () => {
    const { router, url, refused } = await open({}, { limits });
    const [one] = [await dialIn(url), await dialIn(url)];
    await expect(dial(url)).rejects.toThrow();
    expect(refused).toEqual([expect.stringContaining('maxConnectionsPerAddress')]);
    expect(router.stats()).toMatchObject({ refusedConnections: 1, sessions: 2 });
    one.transport.close();
    await until(() => router.stats().connections === 1);
    await until(() => router.stats().sessions === 1);
    // The TCP connection goes a moment after the session.
    let again: WebSocket | undefined;
    while (!again)
      again = await knock(url).then(
        ({ ws }) => ws,
        () => undefined,
      );
  });

  test('are counted over all listeners, and before they have said anything', async () => {
    const clock = new TestClock();
    const { router, url } = await open({}, { limits, clock });
    const raw = await router.listen({ port: 0, protocol: 'rawsocket' });
    const silent = [connectTcp(Number(new URL(url).port)), connectTcp(Number(new URL(raw.url).port))];
    await until(() => clock.pending === silent.length);
    await expect(dial(url)).rejects.toThrow();
    const another = connectTcp(Number(new URL(raw.url).port))
      .on('error', () => {})
      .resume();
    await new Promise((resolve) => another.once('close', resolve));
    for (const socket of silent) socket.destroy();
  });

  test('are those of whom a trusted proxy speaks for', async () => {
    const { url, router, refused } = await open({ trustedProxies: ['127.0.0.0/8'] }, { limits });
    const peers: string[] = [];
    router.on('session:refused', (peer) => peers.push(peer));
    const from = (address: string) => knock(url, { 'x-forwarded-for': address });
    expect([(await from('192.0.2.1')).status, (await from('192.0.2.1')).status]).toEqual([101, 101]);
    const third = await from('192.0.2.1');
    expect([third.status, third.text]).toEqual([429, expect.stringContaining('too many')]);
    const { status, ws } = await from('192.0.2.2');
    expect(status).toBe(101);
    ws.send(JSON.stringify([Code.HELLO, 'nowhere', {}]));
    await until(() => peers.length > 0);
    expect(peers[0]).toMatch(/^192\.0\.2\.2 via 127\.0\.0\.1:\d+$/);
    expect(refused[0]).toMatch(/^192\.0\.2\.1 via 127\.0\.0\.1:\d+: /);
  });

  test('and what a stranger says of himself is not believed', async () => {
    const { url } = await open({}, { limits });
    for (let i = 0; i < 2; i++) await knock(url, { 'x-forwarded-for': `192.0.2.${i}` });
    await expect(knock(url, { 'x-forwarded-for': '192.0.2.9' })).rejects.toThrow();
  });

  test('on another’s server are refused with an answer', async () => {
    const server = createServer();
    const { router } = await open({ server }, { limits });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
    expect([(await knock(url)).status, (await knock(url)).status, (await knock(url)).status]).toEqual([101, 101, 429]);
    await router.close();
    server.close();
  });
});

describe('who takes too long', () => {
  test.each([
    ['to say anything', {}, ''],
    ['to end its request', {}, 'GET /ws HTTP/1.1\r\nHost: x\r\n'],
    ['to end its handshake', { protocol: 'rawsocket', port: 0 }, '\u007f'],
    ['to go, when it was told that nobody speaks its format', { protocol: 'rawsocket', port: 0 }, '\u007f\u0009\0\0'],
  ] as const)('%s is cut off', async (_name, options, text) => {
    const clock = new TestClock();
    const { url } = await open(options, { clock });
    const before = clock.pending;
    const socket = connectTcp({ port: Number(new URL(url).port), allowHalfOpen: true });
    const closed = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
    socket.on('end', () => {}).resume();
    socket.write(text, 'latin1');
    await until(() => clock.pending > before);
    clock.advance(10_000);
    socket.end();
    await closed;
    await until(() => clock.pending === before);
  });

  test('who has shaken hands is not', async () => {
    const clock = new TestClock();
    const { url } = await open({}, { clock, heartbeat: { interval: 0 } });
    const peer = await dialIn(url);
    clock.advance(1_000_000);
    await peer.settled();
  });
});
