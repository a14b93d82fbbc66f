import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Listener } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { upgraded } from '../support/raw-websocket.js';

const router = new Router({ heartbeat: { interval: 0 } });
let listener: Listener;
beforeAll(async () => {
  listener = await router.listen({ port: 0 });
});
afterAll(() => router.close());

/** A client's PING with four bytes in it, unmasked by a mask of zeros. */
function ping(number: number): Buffer {
  const frame = Buffer.from([0x89, 0x84, 0, 0, 0, 0, 0, 0, 0, 0]);
  frame.writeUInt32BE(number, 6);
  return frame;
}

test('a PING is answered with what it carries', async () => {
  const socket = await upgraded(listener.url);
  socket.write(ping(7));
  const pong = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  expect([...pong]).toEqual([0x8a, 4, 0, 0, 0, 7]);
  socket.destroy();
});

test('who sends PINGs without end and reads no answer is owed the latest one alone', async () => {
  const socket = await upgraded(listener.url);
  socket.pause();
  const count = 1_000_000;
  const batch = 10_000;
  for (let sent = 0; sent < count; sent += batch) {
    const bytes = Buffer.concat(Array.from({ length: batch }, (_, index) => ping(sent + index)));
    await new Promise((resolve) => socket.write(bytes, resolve));
  }
  const last = count - 1;
  const answered: number[] = [];
  let received = Buffer.alloc(0);
  await new Promise<void>((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      for (; received.length >= 6; received = received.subarray(6)) answered.push(received.readUInt32BE(2));
      if (answered.at(-1) === last) resolve();
    });
    socket.resume();
  });
  // In order, and far from all of them.
  expect(answered).toEqual([...answered].sort((a, b) => a - b));
  expect(answered.length).toBeLessThan(count / 10);
  socket.destroy();
});
