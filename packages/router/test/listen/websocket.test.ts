import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect as tcpConnect } from 'node:net';
import { cbor } from '@wigwag/core/serializer/cbor';
import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { Code } from '@wigwag/core/wire';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { RouterOptions } from '../../src/index.js';
import { ListenError, Router } from '../../src/index.js';
import { until } from '../support/peer.js';
import { dialIn } from '../support/sockets.js';

const routers: Router[] = [];
function makeRouter(options?: RouterOptions): Router {
  const router = new Router(options);
  routers.push(router);
  return router;
}
afterEach(async () => {
  await Promise.all(routers.splice(0).map((router) => router.close()));
});

/** What a request for a WebSocket is answered with, when it is not one. */
function refusal(url: string, protocols: string[]): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve) => {
    const ws = new WebSocket(url, protocols);
    ws.on('error', () => {});
    ws.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (part: Buffer) => {
        text += part.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
  });
}

describe('the subprotocol', () => {
  test.each([
    [['wamp.2.cbor', 'wamp.2.json'], 'wamp.2.cbor'],
    [['wamp.2.flatbuffers', 'wamp.2.msgpack', 'wamp.2.json'], 'wamp.2.msgpack'],
    [['wamp.2.json.batched', 'wamp.2.json'], 'wamp.2.json.batched'],
    [['wamp.2.msgpack', 'wamp.2.json', 'wigwag.wamp.2.json'], 'wamp.2.msgpack'],
  ])('of %o the first that is supported is taken', async (offered, taken) => {
    const { url } = await makeRouter().listen({ port: 0 });
    const ws = new WebSocket(url, offered);
    await new Promise((resolve) => ws.once('open', resolve));
    expect(ws.protocol).toBe(taken);
    ws.close();
  });

  test.each([
    [['wamp.2.json', 'wigwag.wamp.2.json'], 'wigwag.wamp.2.json'],
    [['wamp.2.msgpack', 'wamp.2.json', 'wigwag.wamp.2.msgpack', 'wigwag.wamp.2.json'], 'wigwag.wamp.2.msgpack'],
    [['wigwag.wamp.2.cbor', 'wamp.2.json'], 'wigwag.wamp.2.cbor'],
  ])('of %o our own name for batches is preferred to the serializer’s', async (offered, taken) => {
    const { url } = await makeRouter().listen({ port: 0 });
    const ws = new WebSocket(url, offered);
    await new Promise((resolve) => ws.once('open', resolve));
    expect(ws.protocol).toBe(taken);
    ws.close();
  });

  test.each([[['wamp.2.flatbuffers']], [['wigwag.wamp.2.flatbuffers']], [[]]])(
    '%o: the connection is refused, and the answer lists what there is',
    async (offered) => {
      const router = makeRouter();
      const { url } = await router.listen({ port: 0 });
      const { status, text } = await refusal(url, offered);
      expect(status).toBe(400);
      for (const name of ['wamp.2.json', 'wamp.2.cbor', 'wamp.2.msgpack']) expect(text).toContain(name);
      expect(router.stats().connections).toBe(0);
    },
  );

  test('only what the router was told to speak is offered', async () => {
    const { url } = await makeRouter({ serializers: [cbor()] }).listen({ port: 0 });
    expect((await refusal(url, ['wamp.2.json'])).text).toContain('wamp.2.cbor');
    await dialIn(url, { serializer: cbor() });
  });
});

describe('standing alone', () => {
  test('it names its address, and answers anything else with what it is', async () => {
    const { url } = await makeRouter().listen({ port: 0, path: '/wamp' });
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/wamp$/);
    const { status, text } = await refusal(url.replace('/wamp', '/elsewhere'), ['wamp.2.json']);
    expect([status, text]).toEqual([404, expect.stringContaining('/wamp')]);
    const answer = await new Promise((resolve) => get(url.replace('ws:', 'http:'), resolve));
    expect(answer).toMatchObject({ statusCode: 426 });
  });

  test('a taken port is an error that says so', async () => {
    const { url } = await makeRouter().listen({ port: 0 });
    const port = Number(new URL(url).port);
    const error = await makeRouter()
      .listen({ port })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ListenError);
    expect(error).toMatchObject({ code: 'PORT_TAKEN', message: expect.stringContaining(`port ${port} is taken`) });
  });

  test('closing it frees the port, and leaves open connections alone', async () => {
    const router = makeRouter();
    const listener = await router.listen({ port: 0 });
    const peer = await dialIn(listener.url);
    const closed = listener.close();
    await peer.settled();
    peer.transport.close();
    await closed;
    await router.listen({ port: Number(new URL(listener.url).port) });
  });
});

describe('attached to a server', () => {
  test('it takes its path and leaves other requests and upgrades alone', async () => {
    const server = createServer((_request, response) => response.end('the page'));
    const echo = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      if (request.url === '/echo')
        echo.handleUpgrade(request, socket, head, (ws) => ws.on('message', (data) => ws.send(data)));
    });
    const router = makeRouter();
    const listener = await router.listen({ server, path: '/ws' });
    expect(listener.url).toBe('/ws');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(listener.url).toBe(`ws://127.0.0.1:${port}/ws`);

    const peer = await dialIn(`ws://127.0.0.1:${port}/ws?token=1`);
    await peer.subscribe('a.b');
    const other = new WebSocket(`ws://127.0.0.1:${port}/echo`);
    await new Promise((resolve) => other.once('open', resolve));
    other.send('hello');
    expect(String(await new Promise((resolve) => other.once('message', resolve)))).toBe('hello');
    const page = await new Promise((resolve) => get(`http://127.0.0.1:${port}/`, resolve));
    expect(page).toMatchObject({ statusCode: 200 });

    other.close();
    await router.close();
    await peer.closed;
    expect(server.listening).toBe(true);
    expect(server.listenerCount('upgrade')).toBe(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('on one server', () => {
  async function serving() {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const close = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return { server, at: (path: string) => `ws://127.0.0.1:${port}${path}`, close };
  }
  /** The status of the answer to an upgrade request that is refused. */
  const refusal = (url: string) =>
    new Promise<number | undefined>((resolve) => {
      const ws = new WebSocket(url, ['wamp.2.json']);
      ws.on('error', () => {});
      ws.once('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode);
      });
    });

  test("an upgrade of a path that is nobody's gets 404, and does not hang", async () => {
    const { server, at, close } = await serving();
    const router = makeRouter();
    await router.listen({ server, path: '/ws' });
    expect(await refusal(at('/other'))).toBe(404);
    await (await dialIn(at('/ws'))).settled();
    await router.close();
    await close();
  });

  test('two routers have a path each; one that is taken is refused by name, until it is free again', async () => {
    const { server, at, close } = await serving();
    const [one, two] = [makeRouter({ realms: ['realm1'] }), makeRouter({ realms: ['realm1'] })];
    const first = await one.listen({ server, path: '/one' });
    await two.listen({ server, path: '/two' });
    await expect(two.listen({ server, path: '/one' })).rejects.toMatchObject({
      name: 'ListenError',
      message: expect.stringMatching(/\/one.*a router has this path of this server already/),
    });
    await (await dialIn(at('/one'))).settled();
    await (await dialIn(at('/two'))).settled();
    expect([one.stats().sessions, two.stats().sessions]).toEqual([1, 1]);
    expect(await refusal(at('/three'))).toBe(404);

    await first.close();
    await two.listen({ server, path: '/one' });
    await (await dialIn(at('/one'))).settled();
    expect([one.stats().sessions, two.stats().sessions]).toEqual([1, 2]);
    await Promise.all([one.close(), two.close()]);
    expect(server.listenerCount('upgrade')).toBe(0);
    await close();
  });
});

describe('what real clients do', () => {
  test('Thruway: random request ids, an Origin, and a plain close without GOODBYE right after PUBLISHED', async () => {
    const router = makeRouter();
    const { url } = await router.listen({ port: 0 });
    const subscriber = await dialIn(url);
    await subscriber.subscribe('notifications');
    const ws = new WebSocket(url, ['wamp.2.json'], { origin: 'http://127.0.0.1' });
    const heard: unknown[][] = [];
    ws.on('message', (data) => {
      const message: unknown[] = JSON.parse(String(data));
      heard.push(message);
      if (message[0] === Code.WELCOME) {
        ws.send(`[16,8675309123456,{"acknowledge":true},"notifications",["Build 42 is done"]]`);
        ws.send(`[16,31,{"acknowledge":true},"notifications",["Build 43 is done"]]`);
      }
      if (message[0] === Code.PUBLISHED && message[1] === 31) ws.close();
    });
    ws.on('open', () => {
      ws.send('[1,"realm1",{"authid":"anonymous","authmethods":[],"roles":{"publisher":{"features":{}}}}]');
    });
    const code = await new Promise((resolve) => ws.on('close', resolve));
    expect(code).toBe(1005);
    expect(heard.map((message) => message.slice(0, 2))).toEqual([
      [Code.WELCOME, expect.any(Number)],
      [Code.PUBLISHED, 8675309123456],
      [Code.PUBLISHED, 31],
    ]);
    expect((await subscriber.next(Code.EVENT))[4]).toEqual(['Build 42 is done']);
    expect((await subscriber.next(Code.EVENT))[4]).toEqual(['Build 43 is done']);
    await until(() => router.stats().sessions === 1);
  });

  test('what was sent before a close arrives before it, in order', async () => {
    const router = makeRouter();
    const { url } = await router.listen({ port: 0 });
    const peer = await dialIn(url);
    for (let at = 1; at <= 200; at++) peer.say(Code.PUBLISH, at, { acknowledge: true }, 'a.b');
    peer.say(Code.GOODBYE, {}, 'wamp.close.normal');
    expect((await peer.closed).code).toBe(1000);
    expect(peer.of(Code.PUBLISHED).map((message) => message[1])).toEqual(
      Array.from({ length: 200 }, (_, at) => at + 1),
    );
    expect(peer.heard.at(-1)?.[0]).toBe(Code.GOODBYE);
  });

  test.each([0, 1, 100, 125, 126, 127, 5_000, 65_535, 65_536, 70_000, 300_000])(
    'a payload of %i characters arrives whole, in any serializer',
    async (length) => {
      const router = makeRouter();
      const { url } = await router.listen({ port: 0 });
      const publisher = await dialIn(url);
      const text = 'é'.repeat(length);
      for (const serializer of [jsonSlices(), cbor()]) {
        const peer = await dialIn(url, { serializer });
        await peer.subscribe('a.b');
        await publisher.ask(Code.PUBLISH, { acknowledge: true }, 'a.b', [text]);
        expect((await peer.next(Code.EVENT))[4]).toEqual([text]);
      }
    },
  );

  test('a client that connects and never says HELLO is closed', async () => {
    const router = makeRouter({ limits: { handshakeTimeout: 50 } });
    const { url } = await router.listen({ port: 0 });
    const ws = new WebSocket(url, ['wamp.2.json']);
    const heard: string[] = [];
    ws.on('message', (data) => heard.push(String(data)));
    await new Promise((resolve) => ws.on('close', resolve));
    expect(heard.join()).toContain('wamp.error.timeout');
    expect(router.stats().connections).toBe(0);
  });

  test('a TCP connection that says nothing useful does no harm', async () => {
    const router = makeRouter();
    const { url } = await router.listen({ port: 0 });
    const port = Number(new URL(url).port);
    for (const text of [
      '',
      'garbage\r\n\r\n',
      'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ]) {
      const socket = tcpConnect(port, '127.0.0.1');
      socket.end(text);
      socket.resume();
      await new Promise((resolve) => socket.on('close', resolve));
    }
    const peer = await dialIn(url);
    await peer.settled();
    expect(router.stats().connections).toBe(1);
  });
});
