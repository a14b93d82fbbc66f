import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import * as access from '@wigwag/router';
import { afterEach, expect, test } from 'vitest';
import { TestClock } from '../../packages/router/test/support/clock.js';
import { localhost } from '../support/tls.js';
import { until } from '../support/until.js';

const routers: access.Router[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(routers.splice(0).map((router) => router.close()));
});

/** A TCP connection from a port of this machine; 0 is any. */
async function dial(port: number, host: string, localPort: number): Promise<Socket> {
  const socket = connectTcp({ port, host, localAddress: '127.0.0.1', localPort });
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

const upgrade = [
  'GET /ws HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: wamp.2.json',
  '\r\n',
].join('\r\n');
/** For JSON, and messages of any length. */
const rawHandshake = Buffer.from([0x7f, 0xf1, 0, 0]);

// Elsewhere a machine has one loopback address.
test.skipIf(process.platform !== 'linux').each([
  ['ws', {}, upgrade],
  ['wss', { tls: localhost }, upgrade],
  ['rs', { protocol: 'rawsocket' }, rawHandshake],
  ['rss', { protocol: 'rawsocket', tls: localhost }, rawHandshake],
] as const)(
  '%s: of two connections from one port, to two addresses, the one that shakes hands stays, and the other is cut off',
  async (_scheme, options, handshake) => {
    const clock = new TestClock();
    const router = new access.Router({ clock, limits: { handshakeTimeout: 5_000 }, heartbeat: { interval: 0 } });
    routers.push(router);
    const { url } = await router.listen({ port: 0, host: '0.0.0.0', ...options });
    const port = Number(new URL(url).port);

    const first = await dial(port, '127.0.0.1', 0);
    await until(() => clock.pending === 1);
    const silent = await dial(port, '127.0.0.2', first.localPort ?? 0);
    const ends = once(silent.resume(), 'close');
    await until(() => clock.pending === 2);

    clock.advance(1_000);
    const speaker = 'tls' in options ? connectTls({ socket: first, rejectUnauthorized: false }) : first;
    speaker.write(handshake);
    await once(speaker, 'data');
    await until(() => router.stats().connections === 1);
    clock.advance(4_000);
    await ends;
    expect(router.stats().connections).toBe(1);
  },
);
