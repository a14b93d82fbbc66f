import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MAX_BATCH } from '@wigwag/core/transport';
import type { NodeClientOptions, ReceivedEvent } from '@wigwag/node';
import { batching, connect, wigwagBatching } from '@wigwag/node';
import { Router } from '@wigwag/router';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Log, until } from '../support/until.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const RS = '\u001e';
const realm = 'realm1';

/** Enough of a router to be joined: it takes the subprotocol that `choose` takes, and keeps what it is sent. */
async function foreignRouter(choose: (offered: readonly string[]) => string | undefined) {
  const offers: string[][] = [];
  const frames: string[] = [];
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (names) => {
      offers.push([...names]);
      return choose([...names]) ?? false;
    },
  });
  closing.push(() => server.close());
  server.on('connection', (socket) => {
    const end = socket.protocol === 'wamp.2.json' ? '' : RS;
    socket.on('message', (data) => {
      frames.push(String(data));
      for (const message of end === '' ? [String(data)] : String(data).split(RS).slice(0, -1)) {
        const [code, id]: unknown[] = JSON.parse(message);
        if (code === 1) socket.send(`[2,1,{"roles":{"broker":{}}}]${end}`);
        if (code === 6) socket.send(`[6,{},"wamp.close.goodbye_and_out"]${end}`);
        if (code === 16) socket.send(`[17,${id},1]${end}`);
      }
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const join = async (options: Partial<NodeClientOptions> = {}) => {
    const client = await connect(`ws://127.0.0.1:${port}/`, { realm, ...options });
    closing.push(() => client.close());
    return client;
  };
  return { offers, frames, join };
}

async function wigwag(options: ConstructorParameters<typeof Router>[0] = {}) {
  const router = new Router(options);
  closing.push(() => router.close());
  const { url } = await router.listen({ port: 0 });
  const join = async (own: Partial<NodeClientOptions> = {}) => {
    const client = await connect(url, { realm, ...own });
    closing.push(() => client.close());
    return client;
  };
  return { url, join };
}

test('another router is offered the serializer’s own name before ours, and is spoken to as by any client', async () => {
  const { offers, frames, join } = await foreignRouter(([first]) => first);
  const client = await join();
  await client.publish('a.b', ['x'], { acknowledge: true });
  expect(offers).toEqual([['wamp.2.json', 'wigwag.wamp.2.json']]);
  expect(frames.map((frame) => JSON.parse(frame)[0])).toEqual([1, 16]);
});

test('where our name was taken, what is sent in one go is one WebSocket message', async () => {
  const { frames, join } = await foreignRouter((names) => names.at(-1));
  const client = await join();
  await Promise.all([1, 2, 3].map((n) => client.publish('a.b', [n], { acknowledge: true })));
  expect(frames).toHaveLength(2);
  expect(frames[1]?.split(RS)).toHaveLength(4);
});

test.each<[string, NodeClientOptions['batch'], string[]]>([
  ['false asks for none', false, ['wamp.2.json']],
  ['batching() asks as the specification has it', batching(), ['wamp.2.json.batched', 'wamp.2.json']],
  ['wigwagBatching() is the default', wigwagBatching(), ['wamp.2.json', 'wigwag.wamp.2.json']],
])('batch: %s', async (_, batch, offered) => {
  const { offers, join } = await foreignRouter(([first]) => first);
  await join({ batch });
  expect(offers).toEqual([offered]);
});

test('a router that takes small messages only takes many of them in one go', async () => {
  const { join } = await wigwag({ limits: { maxMessageSize: 2_000 } });
  const [publisher, subscriber] = [await join(), await join()];
  const log = new Log<ReceivedEvent>();
  await subscriber.subscribe('a.b', log.push);
  const texts = Array.from({ length: 300 }, (_, n) => String(n).padEnd(900, '.'));
  await Promise.all(texts.map((text) => publisher.publish('a.b', [text], { acknowledge: true })));
  expect((await log.first(300)).map(({ args }) => args[0])).toEqual(texts);
});

test('a client that takes short WebSocket messages only gets many events in one go, and stays', async () => {
  const { join } = await wigwag();
  const [publisher, subscriber] = [await join(), await join({ socket: { maxPayload: 8_000 } })];
  const states: string[] = [];
  subscriber.on('state', ({ type }) => states.push(type));
  const log = new Log<ReceivedEvent>();
  await subscriber.subscribe('a.b', log.push);
  const texts = Array.from({ length: 300 }, (_, n) => String(n).padEnd(900, '.'));
  await Promise.all(texts.map((text) => publisher.publish('a.b', [text])));
  await until(() => log.entries.length === texts.length || states.length > 0);
  expect(states).toEqual([]);
  expect(log.entries.map(({ args }) => args[0])).toEqual(texts);
});

test.each([0, MAX_BATCH])('batches are asked for where a WebSocket message may have %s bytes', async (maxPayload) => {
  const { offers, join } = await foreignRouter(([first]) => first);
  await join({ socket: { maxPayload } });
  expect(offers).toEqual([['wamp.2.json', 'wigwag.wamp.2.json']]);
});

test('one that is too long is too long in a batch as well', async () => {
  const { url } = await wigwag({ limits: { maxMessageSize: 2_000 } });
  const socket = new WebSocket(url, ['wigwag.wamp.2.json']);
  closing.push(() => socket.terminate());
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(String(data)));
  await once(socket, 'open');
  socket.send(`[1,"${realm}",{"roles":{"publisher":{}}}]${RS}[16,1,{},"a.b",["${'x'.repeat(2_000)}"]]${RS}`);
  await once(socket, 'close');
  expect(heard.join('')).toMatch(/\[3,\{[^[]*\},"wamp\.error\.payload_size_exceeded"\]/);
});

test('what came before a batch that is none counts, all of it, and then the client is told what was wrong', async () => {
  const { url } = await wigwag();
  const socket = new WebSocket(url, ['wigwag.wamp.2.json']);
  closing.push(() => socket.terminate());
  const messages = new Log<unknown[]>();
  socket.on('message', (data) => {
    for (const message of String(data).split(RS).slice(0, -1)) messages.push(JSON.parse(message));
  });
  const [[{ socket: stream }]] = await Promise.all([once(socket, 'upgrade'), once(socket, 'open')]);
  socket.send(`[1,"${realm}",{"roles":{"publisher":{}}}]${RS}`);
  await messages.first(1);
  const ended = once(socket, 'close');
  // More than one turn's share, and in the same piece what is none: it comes while the rest of it waits.
  const batch = Array.from({ length: 400 }, (_, n) => `[16,${n + 1},{"acknowledge":true},"a.b"]${RS}`);
  stream.cork();
  socket.send(batch.join(''));
  socket.send('[16,401,{},"a.b"]');
  stream.uncork();
  const heard = (await messages.first(402)).slice(1);
  expect(heard.slice(0, 400).map(([code, request]) => [code, request])).toEqual(batch.map((_, n) => [17, n + 1]));
  expect(heard[400]).toEqual([3, { message: expect.stringContaining('0x1e') }, 'wamp.error.protocol_violation']);
  expect((await ended)[0]).toBe(1002);
});

test('the router’s batches stay within bounds, and hold all in order', async () => {
  const { url, join } = await wigwag();
  const socket = new WebSocket(url, ['wamp.2.json', 'wigwag.wamp.2.json']);
  closing.push(() => socket.terminate());
  const batches: string[] = [];
  const messages = new Log<unknown[]>();
  socket.on('message', (data) => {
    batches.push(String(data));
    for (const message of String(data).split(RS).slice(0, -1)) messages.push(JSON.parse(message));
  });
  await once(socket, 'open');
  socket.send(`[1,"${realm}",{"roles":{"subscriber":{}}}]${RS}[32,1,{},"a.b"]${RS}`);
  await messages.first(2);
  const publisher = await join();
  const texts = Array.from({ length: 500 }, (_, n) => String(n).padEnd(n === 250 ? 2 * MAX_BATCH : 1_000, '.'));
  await Promise.all(texts.map((text) => publisher.publish('a.b', [text])));
  const events = (await messages.first(502)).slice(2);
  expect(events.map(([code, , , , args]) => [code, args])).toEqual(texts.map((text) => [36, [text]]));
  const long = batches.filter((batch) => Buffer.byteLength(batch) > MAX_BATCH);
  expect(long.map((batch) => batch.split(RS).length)).toEqual([2]);
  expect(batches.length).toBeLessThan(250);
});

test.each([
  ['unsubscribes', (_: { close(): unknown }, subscription: { unsubscribe(): unknown }) => subscription.unsubscribe()],
  ['closes its client', (client: { close(): unknown }) => client.close()],
])('a handler that %s gets no more of the batch that its event came in', async (_, leave) => {
  const { join } = await wigwag();
  const [publisher, subscriber] = [await join(), await join()];
  const log = new Log<unknown>();
  const subscription = await subscriber.subscribe('a.b', ({ args }) => {
    log.push(args[0]);
    if (args[0] === 2) leave(subscriber, subscription);
  });
  await Promise.all([1, 2, 3, 4].map((n) => publisher.publish('a.b', [n], { acknowledge: true })));
  await log.first(2);
  await subscriber.close();
  expect(log.entries).toEqual([1, 2]);
});
