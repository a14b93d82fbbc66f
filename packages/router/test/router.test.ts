import { connect as connectTcp } from 'node:net';
import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { CloseUri, Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { RouterEvents } from '../src/index.js';
import { Router } from '../src/index.js';
import { connect, join } from './support/memory.js';
import { until } from './support/peer.js';
import { dial, dialIn } from './support/sockets.js';

describe('realms', () => {
  test('sessions meet only those of their own', async () => {
    const router = new Router({ realms: ['shop', 'zoo'] });
    const [shop, zoo] = [await join(router, { realm: 'shop' }), await join(router, { realm: 'zoo' })];
    await shop.subscribe('news');
    await shop.register('price');
    await zoo.ask(Code.PUBLISH, { acknowledge: true }, 'news');
    expect((await zoo.ask(Code.CALL, {}, 'price'))[4]).toBe(ErrorUri.NO_SUCH_PROCEDURE);
    await zoo.register('price');
    await shop.settled();
    expect(shop.of(Code.EVENT)).toEqual([]);
    const { realms, ...all } = router.stats();
    expect(realms.shop).toMatchObject({ sessions: 1, subscriptions: 1, registrations: 1, published: 0 });
    expect(realms.zoo).toMatchObject({ sessions: 1, subscriptions: 0, registrations: 1, published: 1 });
    expect(all).toMatchObject({ sessions: 2, subscriptions: 1, registrations: 2, published: 1, connections: 2 });
  });

  test.each([[[]], [['no realm']], [['']]])('%o are none', (realms) => {
    expect(() => new Router({ realms })).toThrow(TypeError);
  });
});

describe('a session in this process', () => {
  test('acts with the identity that it is given, and needs no credentials', async () => {
    const router = new Router({ authenticators: [] });
    const backend = await router.session('realm1', { authid: 'backend', authrole: 'service' });
    expect(backend.details).toMatchObject({ authid: 'backend', authrole: 'service' });
    await backend.register('a.sum', ([a, b]) => Number(a) + Number(b));
    const front = await router.session('realm1', { authid: 'front', authrole: 'web' });
    expect(await front.call('a.sum', [1, 2])).toBe(3);
    const heard: unknown[] = [];
    await front.subscribe('a.news', (event) => void heard.push(event.args, event.details));
    await backend.publish('a.news', ['hi'], { disclose_me: true, acknowledge: true });
    await until(() => heard.length === 2);
    expect(heard).toMatchObject([['hi'], { publisher: backend.id, publisher_authid: 'backend' }]);
    await router.close();
    expect(router.stats()).toMatchObject({ sessions: 0, connections: 0 });
  });

  test('of a realm that is not there is refused', async () => {
    const router = new Router();
    await expect(router.session('nowhere', { authid: 'a', authrole: 'b' })).rejects.toThrow(/nowhere/);
  });
});

describe('closing', () => {
  test('says GOODBYE wamp.close.system_shutdown to all, waits for their answers, and frees the port', async () => {
    const router = new Router();
    const { url } = await router.listen({ port: 0 });
    const [one, two, memory] = [await dialIn(url), await dialIn(url), await join(router)];
    const waiting = await dial(url);
    await one.register('a.b');
    two.say(Code.CALL, 1, {}, 'a.b');
    await one.next(Code.INVOCATION);
    await Promise.all([router.close(), router.close()]);
    for (const peer of [one, two, memory]) {
      expect((await peer.next(Code.GOODBYE))[2]).toBe(CloseUri.SYSTEM_SHUTDOWN);
      expect((await peer.closed).code).toBe(1000);
    }
    expect((await two.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
    expect((await waiting.next(Code.ABORT))[2]).toBe(CloseUri.SYSTEM_SHUTDOWN);
    expect(router.stats()).toMatchObject({ sessions: 0, connections: 0, subscriptions: 0, registrations: 0, calls: 0 });
    await new Router().listen({ port: Number(new URL(url).port) }).then((listener) => listener.close());
    await router.close();
  });

  test('does not wait for one that never answers longer than it says', async () => {
    const router = new Router({ limits: { goodbyeTimeout: 50 } });
    const { url } = await router.listen({ port: 0 });
    const rude = await dialIn(url);
    rude.polite = false;
    rude.transport.pause();
    await router.close();
    expect(router.stats().connections).toBe(0);
    rude.transport.resume();
    expect((await rude.closed).code).toBe(1006);
  });

  test('nor for a connection that never says anything', async () => {
    const router = new Router();
    const { url } = await router.listen({ port: 0 });
    const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
    const gone = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    // The server has accepted it when it has served one that came later.
    (await dialIn(url)).transport.close();
    await router.close();
    await gone;
  });

  test('nor for one that answers GOODBYE and then never closes its socket', async () => {
    const router = new Router({ limits: { goodbyeTimeout: 100 } });
    const { url } = await router.listen({ port: 0 });
    const { hostname, port, pathname } = new URL(url);
    const socket = connectTcp(Number(port), hostname);
    socket.on('error', () => {});
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    socket.write(
      `GET ${pathname} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: wamp.2.json\r\n\r\n`,
    );
    socket.write(maskedText('[1,"realm1",{}]'));
    await until(() => router.stats().sessions === 1);
    socket.on('data', (data: Buffer) => {
      if (data.includes('[6,')) socket.write(maskedText('[6,{},"wamp.close.goodbye_and_out"]'));
    });
    await router.close();
    expect(router.stats().connections).toBe(0);
    socket.destroy();
  });

  test('afterwards nothing is accepted', async () => {
    const router = new Router();
    await router.close();
    await expect(router.listen({ port: 0 })).rejects.toThrow(/closed/);
    const late = connect(router);
    expect((await late.next())[2]).toBe(CloseUri.SYSTEM_SHUTDOWN);
    await late.closed;
    expect(router.stats().connections).toBe(0);
  });
});

describe('events', () => {
  test('tell the life of a session and of what it holds, in order', async () => {
    const router = new Router();
    const told: string[] = [];
    for (const name of [
      'session:joined',
      'session:left',
      'subscription:created',
      'subscription:removed',
      'registration:created',
      'registration:removed',
    ] as const) {
      router.on(name, () => void told.push(name));
    }
    const [one, two] = [await join(router), await join(router)];
    await one.subscribe('a.b');
    await two.subscribe('a.b');
    await one.register('a.c');
    one.say(Code.GOODBYE, {}, 'wamp.close.normal');
    await one.closed;
    two.say(Code.ABORT, {}, 'com.app.tired');
    await two.closed;
    expect(told).toEqual([
      'session:joined',
      'session:joined',
      'subscription:created',
      'registration:created',
      'registration:removed',
      'session:left',
      'subscription:removed',
      'session:left',
    ]);
  });

  test('say how a session ended', async () => {
    const router = new Router();
    const ends: RouterEvents['session:left'][1][] = [];
    router.on('session:left', (_session, end) => void ends.push(end));
    const peers = [await join(router), await join(router), await join(router), await join(router)];
    peers[0]?.say(Code.GOODBYE, {}, 'wamp.close.normal');
    await peers[0]?.closed;
    peers[1]?.say(Code.ABORT, {}, 'com.app.tired');
    await peers[1]?.closed;
    peers[2]?.say(1234);
    await peers[2]?.closed;
    peers[3]?.transport.terminate();
    await peers[3]?.closed;
    await until(() => ends.length === 4);
    expect(ends).toMatchObject([
      { type: 'goodbye', reason: 'wamp.close.normal' },
      { type: 'aborted', reason: 'com.app.tired' },
      { type: 'violation', reason: ErrorUri.PROTOCOL_VIOLATION },
      { type: 'lost', code: 1006 },
    ]);
    expect(router.stats()).toMatchObject({ violations: 1, sessions: 0, connections: 0 });
  });

  test('a handler that throws disturbs nobody, and is reported', async () => {
    const router = new Router();
    const errors: [unknown, string][] = [];
    router.on('error', (error, where) => errors.push([error, where]));
    const boom = new Error('boom');
    router.on('subscription:created', () => {
      throw boom;
    });
    const peer = await join(router);
    await peer.subscribe('a.b');
    expect(errors).toEqual([[boom, 'handler of subscription:created']]);
  });
});

test('what a session sends is bounded by the same limits, whatever carries it', async () => {
  const router = new Router({ limits: { maxMessageSize: 4_000 }, serializers: [jsonSlices()] });
  const session = await router.session('realm1', { authid: 'a', authrole: 'b' });
  await expect(session.publish('a.b', ['x'.repeat(5_000)])).rejects.toThrow(/limit/);
});

/** A text frame as a client sends it, masked with zeros. */
function maskedText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
