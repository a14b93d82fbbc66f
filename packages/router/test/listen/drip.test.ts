import type { Socket } from 'node:net';
import { Code } from '@wigwag/core/wire';
import { afterEach, expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { upgraded } from '../support/raw-websocket.js';
import { dialIn } from '../support/sockets.js';

let router: Router;
afterEach(() => router.close());

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A socket that has become a WebSocket, and has begun a message of so many bytes. */
async function begin(url: string, length: number): Promise<Socket> {
  const socket = await upgraded(url);
  const header = Buffer.from([0x81, 0x80 | 126, 0, 0, 1, 2, 3, 4]);
  header.writeUInt16BE(length, 2);
  socket.write(header);
  return socket;
}

test('a message that comes byte by byte is ended before its pieces take far more memory than its bytes', async () => {
  router = new Router({ limits: { maxMessageSize: 10_000 } });
  const { url } = await router.listen({ port: 0 });
  const honest = await dialIn(url);
  const socket = await begin(url, 5_000);
  let closed = false;
  socket
    .on('error', () => {})
    .on('close', () => {
      closed = true;
    });
  let sent = 0;
  for (; sent < 5_000 && !closed; sent++) {
    socket.write('x');
    // Read by the router, which is in this process, before the next one comes.
    await turn();
    await turn();
  }
  expect(closed).toBe(true);
  expect(sent).toBeLessThan(1_000);
  expect((await honest.ask(Code.PUBLISH, { acknowledge: true }, 'news'))[0]).toBe(Code.PUBLISHED);
});
