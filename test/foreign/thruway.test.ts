import { once } from 'node:events';
import type { Client, ReceivedEvent } from '@wigwag/node';
import { beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Inbox } from './support/inbox.js';
import { expectEmpty, startRouter } from './support/router.js';
import { setStage } from './support/stage.js';

const stage = setStage();
let client: Client;
beforeEach(async () => {
  client = await stage.ours();
});

const HELLO = 1;
const WELCOME = 2;
const GOODBYE = 6;
const ERROR = 8;
const PUBLISH = 16;
const PUBLISHED = 17;
const SUBSCRIBE = 32;
const SUBSCRIBED = 33;
const UNSUBSCRIBE = 34;
const UNSUBSCRIBED = 35;
const EVENT = 36;
const CALL = 48;
const RESULT = 50;
const REGISTER = 64;
const REGISTERED = 65;
const UNREGISTER = 66;
const UNREGISTERED = 67;
const INVOCATION = 68;
const YIELD = 70;

/** What Thruway's client says of itself, its roles' empty dictionaries included. */
const details = {
  roles: {
    publisher: { features: { subscriber_blackwhite_listing: true, publisher_exclusion: true } },
    subscriber: { features: {} },
    caller: { features: { caller_identification: true, progressive_call_results: true } },
    callee: { features: { progressive_call_results: true } },
  },
  authmethods: [],
  authid: 'anonymous',
};

/** Thruway draws request ids at random from 53 bits: large, and in no order. */
function drawId(): number {
  return 2 ** 52 + Math.floor(Math.random() * 2 ** 52);
}

/** Thruway's client on the wire (PHP, over Pawl): JSON, an Origin that is no page's, and its own way to leave. */
class Thruway {
  readonly #socket: WebSocket;
  readonly #messages = new Inbox<unknown[]>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const message: unknown = JSON.parse(String(data));
      if (!Array.isArray(message)) throw new TypeError(`the router sent what is no list: ${String(data)}`);
      this.#messages.push(message);
    });
  }

  static async connect(): Promise<Thruway> {
    const socket = new WebSocket(stage.url, ['wamp.2.json'], { origin: 'http://127.0.0.1', perMessageDeflate: false });
    const thruway = new Thruway(socket);
    await once(socket, 'open');
    return thruway;
  }

  /** Connected, and in session. */
  static async join(): Promise<Thruway> {
    const thruway = await Thruway.connect();
    thruway.send(HELLO, 'realm1', details);
    expect(await thruway.next()).toEqual([WELCOME, expect.any(Number), expect.anything()]);
    return thruway;
  }

  send(...message: readonly unknown[]): void {
    this.#socket.send(JSON.stringify(message));
  }

  next(): Promise<unknown[]> {
    return this.#messages.next();
  }

  /** The next message, which is of this type. */
  async expect(code: number): Promise<unknown[]> {
    const message = await this.next();
    expect(message[0]).toBe(code);
    return message;
  }

  /** `$transport->close()`: a WebSocket close, and no GOODBYE before it. */
  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close(1000);
    await closed;
  }

  /** The script ended, or was killed. */
  terminate(): void {
    this.#socket.terminate();
  }
}

test('Thruway joins as anonymous with no authentication method to offer', async () => {
  const thruway = await Thruway.connect();
  thruway.send(HELLO, 'realm1', details);
  const [code, session, welcome] = await thruway.next();
  expect([code, session]).toEqual([WELCOME, expect.any(Number)]);
  expect(welcome).toMatchObject({
    realm: 'realm1',
    authid: 'anonymous',
    authrole: 'anonymous',
    authmethod: 'anonymous',
    roles: { broker: { features: expect.anything() }, dealer: { features: expect.anything() } },
  });
  await thruway.close();
});

test('what Thruway publishes arrives, though it closes without GOODBYE right after PUBLISHED', async () => {
  const events = new Inbox<ReceivedEvent>();
  await client.subscribe('com.app.build', events.push);
  const thruway = await Thruway.join();
  const request = drawId();
  thruway.send(PUBLISH, request, { acknowledge: true }, 'com.app.build', ['Build 42 is done'], { ok: true });
  const [code, echoed, publication] = await thruway.next();
  expect([code, echoed]).toEqual([PUBLISHED, request]);
  await thruway.close();
  const event = await events.next();
  expect(event.publication).toBe(publication);
  expect(event.args).toEqual(['Build 42 is done']);
  expect(event.kwargs).toEqual({ ok: true });
});

test('twenty scripts that publish and are killed leave their events and nothing else', async () => {
  const events = new Inbox<ReceivedEvent>();
  await client.subscribe('com.app.build', events.push);
  await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const thruway = await Thruway.join();
      thruway.send(PUBLISH, drawId(), { acknowledge: true }, 'com.app.build', [n]);
      await thruway.expect(PUBLISHED);
      thruway.terminate();
    }),
  );
  const numbers = (await events.take(20)).map(({ args }) => Number(args[0]));
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test('request ids need no order: many requests at once are each answered with their own', async () => {
  const thruway = await Thruway.join();
  const ids = [9, 2 ** 53, drawId(), 3, drawId(), 2 ** 53 - 1, 1];
  for (const id of ids) thruway.send(PUBLISH, id, { acknowledge: true }, 'com.app.build', [id]);
  for (const id of ids) expect(await thruway.next()).toEqual([PUBLISHED, id, expect.any(Number)]);
  await thruway.close();
});

test('Thruway subscribes, receives what our client publishes, and unsubscribes', async () => {
  const thruway = await Thruway.join();
  const request = drawId();
  thruway.send(SUBSCRIBE, request, {}, 'com.app.news');
  const [code, echoed, subscription] = await thruway.next();
  expect([code, echoed]).toEqual([SUBSCRIBED, request]);
  const publication = await client.publish('com.app.news', ['hello'], { kwargs: { from: 'us' }, acknowledge: true });
  expect(await thruway.next()).toEqual([EVENT, subscription, publication, {}, ['hello'], { from: 'us' }]);
  const goodbye = drawId();
  thruway.send(UNSUBSCRIBE, goodbye, subscription);
  expect(await thruway.next()).toEqual([UNSUBSCRIBED, goodbye]);
  await thruway.close();
});

test('Thruway calls our procedure and serves our caller', async () => {
  const thruway = await Thruway.join();
  await client.register('com.ours.add', ([a, b]) => Number(a) + Number(b));
  const call = drawId();
  thruway.send(CALL, call, {}, 'com.ours.add', [2, 3]);
  expect(await thruway.next()).toEqual([RESULT, call, {}, [5]]);

  const register = drawId();
  thruway.send(REGISTER, register, {}, 'com.php.greet');
  const [code, echoed, registration] = await thruway.next();
  expect([code, echoed]).toEqual([REGISTERED, register]);
  const [greeting] = await Promise.all([
    client.call('com.php.greet', ['Ada']),
    thruway.next().then(([what, invocation, to, options, args]) => {
      expect([what, to, options, args]).toEqual([INVOCATION, registration, {}, ['Ada']]);
      thruway.send(YIELD, invocation, {}, ['Hello, Ada']);
    }),
  ]);
  expect(greeting).toBe('Hello, Ada');

  const unregister = drawId();
  thruway.send(UNREGISTER, unregister, registration);
  expect(await thruway.next()).toEqual([UNREGISTERED, unregister]);
  await thruway.close();
});

test('Thruway answers a call with an error of its own', async () => {
  const thruway = await Thruway.join();
  thruway.send(REGISTER, drawId(), {}, 'com.php.fail');
  await thruway.expect(REGISTERED);
  const answer = expect(client.call('com.php.fail')).rejects.toMatchObject({
    uri: 'com.php.error',
    args: ['no'],
    kwargs: { code: 7 },
  });
  const [, invocation] = await thruway.expect(INVOCATION);
  thruway.send(ERROR, INVOCATION, invocation, {}, 'com.php.error', ['no'], { code: 7 });
  await answer;
  await thruway.close();
});

test('a Thruway that vanishes amid a call ends it for our caller', async () => {
  const thruway = await Thruway.join();
  thruway.send(REGISTER, drawId(), {}, 'com.php.slow');
  await thruway.expect(REGISTERED);
  const answer = expect(client.call('com.php.slow')).rejects.toMatchObject({ uri: 'wamp.error.canceled' });
  await thruway.expect(INVOCATION);
  await thruway.close();
  await answer;
});

test('Thruway answers GOODBYE with wamp.error.goodbye_and_out, which is taken for what it means', async () => {
  const other = await startRouter();
  const socket = new WebSocket(other.url, ['wamp.2.json'], { origin: 'http://127.0.0.1' });
  const messages = new Inbox<string>();
  socket.on('message', (data) => messages.push(String(data)));
  await once(socket, 'open');
  socket.send(JSON.stringify([HELLO, 'realm1', details]));
  await messages.next();
  const stopped = other.router.close();
  expect(JSON.parse(await messages.next())).toMatchObject([GOODBYE, {}, 'wamp.close.system_shutdown']);
  const closed = once(socket, 'close');
  socket.send(JSON.stringify([GOODBYE, {}, 'wamp.error.goodbye_and_out']));
  await Promise.all([stopped, closed]);
  await expectEmpty(other.router);
});
