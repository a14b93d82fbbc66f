import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { defaultHeartbeat } from '@wigwag/core/transport';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Monitor } from '../../src/listen/monitor.js';
import { OwnedWebSocket, WebSocketTransport } from '../../src/listen/websocket-transport.js';
import { WriteTurn } from '../../src/listen/write-turn.js';
import { TestClock } from '../support/clock.js';

const server = createServer();
afterEach(() => server.close());

/** A transport for batches, and the WebSocket at its other end. */
async function connected(): Promise<{ transport: WebSocketTransport; client: WebSocket }> {
  const sockets = new WebSocketServer({ noServer: true, WebSocket: OwnedWebSocket });
  const surroundings = {
    turn: new WriteTurn(),
    monitor: new Monitor({ ...defaultHeartbeat, interval: 0 }, new TestClock()),
    afterClosing: () => () => {},
  };
  const subprotocol = { name: 'wigwag.wamp.2.json', serializer: jsonSlices(), batched: true };
  const accepted = new Promise<WebSocketTransport>((resolve) => {
    server.once('upgrade', (request, socket, head) => {
      if (!(socket instanceof Socket)) throw new Error('an HTTP server has TCP sockets');
      sockets.handleUpgrade(request, socket, head, (ws) => {
        resolve(new WebSocketTransport(ws, socket, { peer: 'test', local: true }, subprotocol, surroundings));
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await once(client, 'open');
  return { transport: await accepted, client };
}

test.each(['close', 'terminate'] as const)(
  'behind a message that leads to %s() no other of its batch comes',
  async (end) => {
    const { transport, client } = await connected();
    client.on('error', () => {});
    const seen: string[] = [];
    const closed = new Promise<void>((resolve) => {
      transport.attach({
        message: () => {},
        batch: (messages) => {
          for (const message of messages) {
            seen.push(String(message));
            if (seen.length === 2) transport[end]();
          }
        },
        close: () => resolve(),
      });
    });
    client.send('[1]\u001e[2]\u001e[3]\u001e[4]\u001e');
    await closed;
    expect(seen).toEqual(['[1]', '[2]']);
  },
);

test('who takes no batches is told of each message', async () => {
  const { transport, client } = await connected();
  const seen: string[] = [];
  const closed = new Promise<void>((resolve) => {
    transport.attach({ message: (frame) => seen.push(String(frame)), close: () => resolve() });
  });
  client.send('[1]\u001e[2]\u001e');
  client.close();
  await closed;
  expect(seen).toEqual(['[1]', '[2]']);
});
