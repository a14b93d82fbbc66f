import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { Router } from '@wigwag/router';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../../test/support/until.js';
import { connect, publishOnce } from '../src/index.js';

const what = { realm: 'realm1', topic: 'a.b' };
const sockets = new Set<Socket>();
let mute: Server;
let nobody: string;
beforeEach(async () => {
  mute = createServer((socket) => {
    sockets.add(socket.resume());
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const address = mute.address();
  nobody = `ws://127.0.0.1:${typeof address === 'object' && address?.port}/ws`;
});
afterEach(() => void mute.close());

test('publishOnce gives up after its timeout, and leaves no connection behind', async () => {
  await expect(publishOnce(nobody, { ...what, timeout: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  await until(() => sockets.size === 0);
});

test('publishOnce ends with its signal, before and after it has connected', async () => {
  const controller = new AbortController();
  const reason = new Error('never mind');
  const connected = new Promise((resolve) => mute.once('connection', resolve));
  const publishing = publishOnce(nobody, { ...what, signal: controller.signal });
  publishing.catch(() => {});
  await connected;
  controller.abort(reason);
  await expect(publishing).rejects.toBe(reason);
  await until(() => sockets.size === 0);
  await expect(publishOnce(nobody, { ...what, signal: controller.signal })).rejects.toBe(reason);
});

test('a timeout that is longer than the timers of the runtime does not fire at once', async () => {
  const router = new Router();
  const { url } = await router.listen({ port: 0 });
  expect(await publishOnce(url, { ...what, timeout: 2 ** 40, signal: undefined })).toBeGreaterThan(0);
  await router.close();
});

test('connect with a realm that is none rejects, and does not throw', async () => {
  const connecting = connect(nobody, { realm: 'not a realm' });
  await expect(connecting).rejects.toMatchObject({ code: 'INVALID_URI' });
});

test('options that are undefined are left open', async () => {
  const router = new Router();
  const { url } = await router.listen({ port: 0 });
  const client = await connect(url, {
    realm: 'realm1',
    retry: undefined,
    offline: undefined,
    connectTimeout: undefined,
  });
  await client.register('a.b', () => 1, { match: undefined, signal: undefined });
  expect(await client.call('a.b', undefined, { kwargs: undefined, timeout: undefined, signal: undefined })).toBe(1);
  await client.close();
  await router.close();
});
