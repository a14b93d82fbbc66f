import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FrameReader, FrameType, writeFrame } from '@wigwag/core/transport/rawsocket';
import { afterEach, describe, expect, test } from 'vitest';
import type { RouterOptions } from '../../src/index.js';
import { ListenError, Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { until } from '../support/peer.js';

const routers: Router[] = [];
afterEach(async () => {
  await Promise.all(routers.splice(0).map((router) => router.close()));
});

async function listening(options: RouterOptions = {}): Promise<{ router: Router; port: number }> {
  const router = new Router(options);
  routers.push(router);
  const { url } = await router.listen({ protocol: 'rawsocket', port: 0 });
  return { router, port: Number(new URL(url).port) };
}

/** A socket that says what it is told, octet by octet, and remembers what it hears. */
class RawClient {
  heard = Buffer.alloc(0);
  ended = false;
  readonly socket: Socket;
  readonly frames: (readonly [FrameType, string])[] = [];

  constructor(target: number | string) {
    this.socket = typeof target === 'number' ? connect(target, '127.0.0.1') : connect(target);
    this.socket.on('data', (bytes) => {
      this.heard = Buffer.concat([this.heard, bytes]);
      this.frames.length = 0;
      if (this.heard.byteLength <= 4) return;
      new FrameReader(2 ** 24, (type, payload) => this.frames.push([type, Buffer.from(payload).toString()])).push(
        this.heard.subarray(4),
      );
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.ended = true;
    });
  }

  say(message: unknown, type: FrameType = FrameType.MESSAGE): void {
    this.socket.write(writeFrame(type, Buffer.from(JSON.stringify(message))));
  }

  /** The messages heard, as raw lists. */
  get messages(): unknown[][] {
    return this.frames.filter(([type]) => type === FrameType.MESSAGE).map(([, text]) => JSON.parse(text));
  }
}

const hello = [1, 'realm1', { roles: { publisher: {}, subscriber: {} } }];
const json16M = Uint8Array.of(0x7f, 0xf1, 0, 0);

describe('the handshake', () => {
  test('is answered with the serializer that was asked for and what this router receives at most', async () => {
    const { port } = await listening();
    for (const serializer of [1, 2, 3]) {
      const client = new RawClient(port);
      client.socket.write(Uint8Array.of(0x7f, 0xf0 | serializer, 0, 0));
      await until(() => client.heard.byteLength === 4);
      // 8 MiB, 2^23: the router's own limit on messages.
      expect([...client.heard]).toEqual([0x7f, 0xe0 | serializer, 0, 0]);
      client.socket.destroy();
    }
  });

  test('may come in pieces, with the first message right behind it', async () => {
    const { router, port } = await listening();
    const client = new RawClient(port);
    client.socket.write(json16M.subarray(0, 3));
    client.socket.write(
      Buffer.concat([json16M.subarray(3), writeFrame(FrameType.MESSAGE, Buffer.from(JSON.stringify(hello)))]),
    );
    await until(() => client.messages.length === 1);
    expect(client.messages[0]?.[0]).toBe(2);
    expect(router.stats().sessions).toBe(1);
    client.socket.destroy();
    await until(() => router.stats().connections === 0);
  });

  test.each([
    ['a serializer that is not spoken', [0x7f, 0xf4, 0, 0], [0x7f, 0x10, 0, 0]],
    ['reserved bits', [0x7f, 0xf1, 0, 1], [0x7f, 0x30, 0, 0]],
    ['what is no RawSocket', [...Buffer.from('GET / HTTP/1.1\r\n\r\n')], []],
  ])('%s is refused', async (_, octets, answer) => {
    const { router, port } = await listening();
    const client = new RawClient(port);
    client.socket.write(Uint8Array.from(octets));
    await until(() => client.ended);
    expect([...client.heard]).toEqual(answer);
    expect(router.stats().connections).toBe(0);
  });

  test('that never comes ends the connection after a bounded time', async () => {
    const clock = new TestClock();
    const { port } = await listening({ clock });
    const client = new RawClient(port);
    await until(() => clock.pending > 0);
    clock.advance(10_000);
    await until(() => client.ended);
  });

  test('that never comes does not keep a router from closing', async () => {
    const { router, port } = await listening();
    const client = new RawClient(port);
    await new Promise((resolve) => client.socket.once('connect', resolve));
    await router.close();
    await until(() => client.ended);
  });
});

describe('a session', () => {
  test('is welcomed, served, and leaves nothing when its socket goes', async () => {
    const { router, port } = await listening();
    const client = new RawClient(port);
    client.socket.write(json16M);
    client.say(hello);
    client.say([32, 1, {}, 'a.b']);
    client.say([16, 2, { acknowledge: true, exclude_me: false }, 'a.b', ['hi']]);
    await until(() => client.messages.length === 4);
    expect(client.messages.map(([code]) => code)).toEqual([2, 33, 36, 17]);
    client.socket.destroy();
    await until(() => router.stats().connections === 0);
    expect(router.stats()).toMatchObject({ sessions: 0, subscriptions: 0 });
  });

  test('GOODBYE is answered, and then the connection ends', async () => {
    const { port } = await listening();
    const client = new RawClient(port);
    client.socket.write(json16M);
    client.say(hello);
    client.say([6, {}, 'wamp.close.normal']);
    await until(() => client.ended);
    expect(client.messages.map(([code]) => code)).toEqual([2, 6]);
  });

  test('a PING is answered with a PONG of the same payload', async () => {
    const { port } = await listening();
    const client = new RawClient(port);
    client.socket.write(json16M);
    client.say('are you there', FrameType.PING);
    await until(() => client.frames.length === 1);
    expect(client.frames).toEqual([[FrameType.PONG, '"are you there"']]);
    client.socket.destroy();
  });

  test('a silent peer that has never sent a ping is not sent one, and stays: some hang up on pings', async () => {
    const clock = new TestClock();
    const { router, port } = await listening({ clock });
    const client = new RawClient(port);
    client.socket.write(json16M);
    client.say(hello);
    await until(() => client.messages.length === 1);
    for (let second = 0; second < 300; second++) clock.advance(1_000);
    client.say([32, 1, {}, 'a.b']);
    await until(() => client.messages.length === 2);
    expect(client.frames.filter(([type]) => type !== FrameType.MESSAGE)).toEqual([]);
    expect(router.stats().connections).toBe(1);
    client.socket.destroy();
  });

  test('a silent peer that knows pings is pinged, and dropped when it does not answer', async () => {
    const clock = new TestClock();
    const { router, port } = await listening({ clock });
    const client = new RawClient(port);
    client.socket.write(json16M);
    client.say('', FrameType.PING);
    client.say(hello);
    await until(() => client.messages.length === 1);
    await until(() => {
      clock.advance(1_000);
      return client.frames.some(([type]) => type === FrameType.PING);
    });
    await until(() => {
      clock.advance(1_000);
      return client.ended;
    });
    await until(() => router.stats().connections === 0);
  });

  test.each([
    ['text that is no JSON', writeFrame(FrameType.MESSAGE, Buffer.from('{nonsense')), 'wamp.error.protocol_violation'],
    [
      'a message of an unknown type',
      writeFrame(FrameType.MESSAGE, Buffer.from('[99]')),
      'wamp.error.protocol_violation',
    ],
    ['a frame over the limit', Uint8Array.of(0, 0xff, 0xff, 0xff), 'wamp.error.payload_size_exceeded'],
    ['a frame of an unknown type', Uint8Array.of(5, 0, 0, 0), 'wamp.error.protocol_violation'],
    ['reserved bits in a frame', Uint8Array.of(0x40, 0, 0, 0), 'wamp.error.protocol_violation'],
  ])('%s ends it with an ABORT, and its neighbour notices nothing', async (_, octets, reason) => {
    const { router, port } = await listening();
    const neighbour = new RawClient(port);
    neighbour.socket.write(json16M);
    neighbour.say(hello);
    const client = new RawClient(port);
    client.socket.write(json16M);
    client.say(hello);
    await until(() => client.messages.length === 1 && neighbour.messages.length === 1);
    client.socket.write(octets);
    await until(() => client.ended);
    expect(client.messages.map(([code]) => code)).toEqual([2, 3]);
    expect(client.messages[1]?.[2]).toBe(reason);
    await until(() => router.stats().connections === 1);
    expect(router.stats()).toMatchObject({ sessions: 1, violations: 1 });
    neighbour.say([32, 1, {}, 'a.b']);
    await until(() => neighbour.messages.length === 2);
    neighbour.socket.destroy();
  });

  test('what came before a broken frame is answered, all of it, ahead of the ABORT', async () => {
    const { port } = await listening();
    const client = new RawClient(port);
    client.socket.write(json16M);
    client.say(hello);
    await until(() => client.messages.length === 1);
    // More than one turn's share, in one piece: the broken frame comes while the rest of it waits.
    client.socket.cork();
    const requests = Array.from({ length: 400 }, (_, at) => at + 1);
    for (const request of requests) client.say([16, request, { acknowledge: true }, 'a.b']);
    client.socket.write(Uint8Array.of(5, 0, 0, 0));
    client.socket.uncork();
    await until(() => client.ended);
    const [, ...answers] = client.messages;
    expect(answers.slice(0, -1).map(([code, request]) => [code, request])).toEqual(requests.map((each) => [17, each]));
    expect(answers.at(-1)?.[0]).toBe(3);
  });
});

test('a unix socket serves as a port does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wigwag-'));
  const router = new Router();
  routers.push(router);
  const unix = join(folder, 'router.sock');
  const { url } = await router.listen({ protocol: 'rawsocket', unix });
  expect(url).toBe(`rs://unix:${unix}`);
  const client = new RawClient(unix);
  client.socket.write(json16M);
  client.say(hello);
  await until(() => client.messages.length === 1);
  await expect(router.listen({ protocol: 'rawsocket', unix })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringContaining(unix),
  });
  client.socket.destroy();
  await router.close();
  rmSync(folder, { recursive: true });
});

test('a port that is taken is a ListenError', async () => {
  const { port } = await listening();
  const second = new Router();
  routers.push(second);
  await expect(second.listen({ protocol: 'rawsocket', port })).rejects.toBeInstanceOf(ListenError);
});
