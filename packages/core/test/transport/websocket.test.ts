import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { json } from '../../src/serializer/json.js';
import type { Transport, TransportOwner } from '../../src/transport/index.js';
import { webSocket } from '../../src/transport/index.js';
import { openWebSocket } from '../../src/transport/open-websocket.js';
import type { Serializer } from '../../src/wire/index.js';
import { transportContract } from './contract.js';

const servers: { close(done?: () => void): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || !address) throw new Error('not listening');
  return `ws://127.0.0.1:${address.port}/ws`;
}

/** A server's socket of `ws` as a transport: enough to stand at the other end of the one under test. */
function serverEnd(socket: import('ws').WebSocket): Transport {
  let owner: TransportOwner | undefined;
  const early: Buffer[] = [];
  let ended: { code: number; reason: string } | undefined;
  socket.on('message', (data: Buffer) => (owner ? owner.message(data) : early.push(data)));
  socket.on('close', (code, reason) => {
    ended = { code, reason: reason.toString() };
    owner?.close(ended);
  });
  return {
    serializer: json(),
    peer: 'test',
    get buffered() {
      return socket.bufferedAmount;
    },
    attach(given) {
      if (owner) throw new Error('this transport has an owner already: attach it once');
      owner = given;
      for (const frame of early) given.message(frame);
      if (ended) given.close(ended);
    },
    send: (message) => socket.send(message.data),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}

async function connectBoth(): Promise<readonly [Transport, Transport]> {
  const http = createServer();
  const url = await listening(http);
  const accepting = new WebSocketServer({ server: http, handleProtocols: () => 'wamp.2.json' });
  const accepted = new Promise<Transport>((resolve) =>
    accepting.on('connection', (socket) => resolve(serverEnd(socket))),
  );
  const near = await webSocket(url, { serializers: [json()], open: openWebSocket })(new AbortController().signal);
  return [near, await accepted];
}

transportContract('websocket', connectBoth);

const open = (url: string, signal = new AbortController().signal, serializers: readonly Serializer[] = [json()]) =>
  webSocket(url, { serializers, open: openWebSocket })(signal);

test('an address where nothing listens is a ConnectError that names it', async () => {
  const http = createServer();
  const url = await listening(http);
  await new Promise((resolve) => http.close(resolve));
  await expect(open(url)).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    message: expect.stringMatching(new RegExp(`${url}.*ECONNREFUSED`)),
  });
});

test('a server that is none of WebSocket, or that chooses no subprotocol of ours, is a ConnectError', async () => {
  const plain = await listening(createServer((_, response) => response.writeHead(404).end()));
  await expect(open(plain)).rejects.toMatchObject({ code: 'CONNECT_FAILED', message: expect.stringContaining('404') });
  const http = createServer();
  const url = await listening(http);
  new WebSocketServer({ server: http, handleProtocols: () => false });
  await expect(open(url)).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
});

test('a malformed address is a ConnectError', async () => {
  await expect(open('no address')).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
});

test('an aborted attempt rejects with the reason, whatever the server does', async () => {
  const url = await listening(createServer());
  const silent = new AbortController();
  const http = createServer();
  http.on('upgrade', () => silent.abort(new Error('too slow')));
  await expect(open(await listening(http), silent.signal)).rejects.toThrow('too slow');
  const before = new AbortController();
  before.abort(new Error('never mind'));
  await expect(open(url, before.signal)).rejects.toThrow('never mind');
});

test('a peer that does not answer a close is dropped after a bounded time', async () => {
  const http = createServer();
  const url = await listening(http);
  const accepting = new WebSocketServer({ server: http, handleProtocols: () => 'wamp.2.json' });
  accepting.on('connection', (socket) => socket.pause());
  const transport = await webSocket(url, { serializers: [json()], closeTimeout: 1, open: openWebSocket })(
    new AbortController().signal,
  );
  const closed = new Promise((resolve) => transport.attach({ message() {}, close: resolve }));
  transport.close();
  expect(await closed).toMatchObject({ code: 1006 });
});
