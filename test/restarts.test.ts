import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Client } from '@wigwag/core';
import { cbor } from '@wigwag/core/serializer/cbor';
import { json } from '@wigwag/core/serializer/json';
import { msgpack } from '@wigwag/core/serializer/msgpack';
import type { Serializer } from '@wigwag/core/wire';
import { Code } from '@wigwag/core/wire';
import { createClient } from '@wigwag/node';
import { Router } from '@wigwag/router';
import { expect, test } from 'vitest';
import { Log, until } from './support/until.js';

const RESTARTS = 20;

/** A request with its outcome, so that a test can ask whether it has settled. */
class Requests {
  open = 0;
  settled = 0;
  readonly codes = new Set<unknown>();

  track(request: Promise<unknown>): void {
    this.open++;
    const settle = () => {
      this.open--;
      this.settled++;
    };
    request.then(settle, (error) => {
      settle();
      this.codes.add(error?.code);
    });
  }
}

/** A router on a server of its own, which can stop as it should, or vanish as when its process is killed. */
class Backend {
  /** What was asked of it: topic or procedure, and options. */
  readonly wire: string[] = [];
  readonly router = new Router({
    admit: (_, message) => {
      if (message.code === Code.SUBSCRIBE) this.wire.push(`${message.topic} ${JSON.stringify(message.options)}`);
      if (message.code === Code.REGISTER) this.wire.push(`${message.procedure} ${JSON.stringify(message.options)}`);
      return undefined;
    },
  });
  readonly #server = createServer();
  readonly #sockets = new Set<Socket>();

  async start(port: number): Promise<number> {
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await this.router.listen({ server: this.#server });
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || !address) throw new Error('not listening');
    return address.port;
  }

  async stop(): Promise<void> {
    await this.router.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async vanish(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.stop();
  }
}

test(`${RESTARTS} restarts under traffic: everything is restored with its options, and every promise settles`, async () => {
  let backend = new Backend();
  const port = await backend.start(0);
  const url = `ws://127.0.0.1:${port}/ws`;
  const serializers: Serializer[] = [json(), cbor(), msgpack()];
  const clients: Client[] = await Promise.all(
    serializers.map((serializer) =>
      createClient(url, {
        realm: 'realm1',
        serializers: [serializer],
        retry: 'always',
        backoff: { initial: 5, max: 20 },
        onError: () => {},
      }).connect(),
    ),
  );
  const events = new Log<unknown>();
  for (const client of clients) {
    await client.subscribe('tick', ({ args }) => events.push(args[0]), { get_retained: true });
    await client.subscribe('tick.', () => {}, { match: 'prefix' });
    await client.subscribe('tick..x', () => {}, { match: 'wildcard', get_retained: true });
    await client.register('shared', () => 'answer', { invoke: 'roundrobin' });
    await client.register('pattern.', () => 'answer', { match: 'prefix', invoke: 'random' });
  }
  const perClient = [
    'pattern. {"match":"prefix","invoke":"random"}',
    'shared {"invoke":"roundrobin"}',
    'tick {"get_retained":true}',
    'tick. {"match":"prefix"}',
    'tick..x {"match":"wildcard","get_retained":true}',
  ];
  const expected = clients.flatMap(() => perClient).sort();
  const counts = { sessions: 3, subscriptions: 3, registrations: 2 };
  expect(backend.router.stats()).toMatchObject(counts);

  const requests = new Requests();
  let traffic = true;
  const pump = (async () => {
    for (let n = 0; traffic; n++) {
      for (const client of clients) {
        requests.track(client.call('shared', [n]));
        requests.track(client.call('pattern.any', [n]));
        requests.track(client.publish('tick', [n], { acknowledge: true }));
        requests.track(client.publish('tick', [n]));
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();

  for (let restart = 0; restart < RESTARTS; restart++) {
    const before = requests.settled;
    await until(() => requests.settled > before + 20);
    await (restart % 2 === 0 ? backend.stop() : backend.vanish());
    backend = new Backend();
    const { router, wire } = backend;
    await backend.start(port);
    await until(() => router.stats().sessions === clients.length && wire.length >= expected.length);
    expect([...wire].sort()).toEqual(expected);
    expect(router.stats()).toMatchObject(counts);
    const heard = events.entries.length;
    await until(() => events.entries.length > heard);
  }

  traffic = false;
  await pump;
  await until(() => requests.open === 0);
  expect([...requests.codes].sort()).toEqual(expect.arrayContaining(['CONNECTION_LOST', 'OFFLINE']));
  for (const code of requests.codes) {
    expect(['CONNECTION_LOST', 'OFFLINE', 'SESSION_CLOSED', 'WAMP_ERROR']).toContain(code);
  }
  await Promise.all(clients.map((client) => client.close()));
  await until(() => backend.router.stats().connections === 0);
  expect(backend.router.stats()).toMatchObject({ sessions: 0, subscriptions: 0, registrations: 0, calls: 0 });
  await backend.stop();
});
