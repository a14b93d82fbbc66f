import { createServer } from 'node:net';
import type { Client } from '@wigwag/core';
import { Client as AnyClient, heartbeat, webSocket } from '@wigwag/core';
import { json } from '@wigwag/core/serializer/json';
import { openWebSocket } from '@wigwag/core/transport/open-websocket';
import { RawSocketTransport } from '@wigwag/core/transport/rawsocket';
import { Code, decodeClientMessage, encode, roles } from '@wigwag/core/wire';
import { createClient } from '@wigwag/node';
import { Router } from '@wigwag/router';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FrailLink } from '../support/frail-link.js';
import { frailLink } from '../support/frail-link.js';
import { until } from '../support/until.js';

let router: Router;
const links: FrailLink[] = [];
const clients: Client[] = [];
beforeEach(() => {
  // Its own heartbeat would find the other end of a dead connection out.
  router = new Router({ heartbeat: { interval: 0 } });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(links.splice(0).map((link) => link.close()));
  await router.close();
});

const options = { realm: 'realm1', backoff: { initial: 1, max: 1 } };
const soon = { interval: 40, timeout: 40 };

async function through(url: string): Promise<FrailLink> {
  const link = await frailLink(Number(new URL(url).port));
  links.push(link);
  return link;
}

async function joined(client: Client): Promise<Client> {
  clients.push(client);
  return client.connect();
}

/** The ways to the router that Node has, each through a link that can be cut. */
const carriers = {
  websocket: async () => {
    const link = await through((await router.listen({ port: 0 })).url);
    return { link, url: `ws://127.0.0.1:${link.port}/ws` };
  },
  rawsocket: async () => {
    const link = await through((await router.listen({ protocol: 'rawsocket', port: 0 })).url);
    return { link, url: `rs://127.0.0.1:${link.port}` };
  },
};

test.each(['websocket', 'rawsocket'] as const)(
  'over %s a connection that died is found out, and replaced',
  async (carrier) => {
    const { link, url } = await carriers[carrier]();
    const client = await joined(createClient(url, { ...options, heartbeat: heartbeat(soon) }));
    const errors: unknown[] = [];
    client.on('state', (state) => state.type === 'waiting' && errors.push(state.error.message));
    const pending = client.call('nobody.answers').catch((error) => error);
    await pending;
    link.cut();
    const lost = client.call('wamp.session.count').catch((error) => error);
    expect(await lost).toMatchObject({ code: 'CONNECTION_LOST' });
    await until(() => client.state.type === 'joined');
    expect(errors).toEqual([expect.stringContaining('no sign of life for 40 ms')]);
    expect(link.opened).toBe(2);
  },
);

test.each(['websocket', 'rawsocket'] as const)('over %s a router that has nothing to say is kept', async (carrier) => {
  const { link, url } = await carriers[carrier]();
  const client = await joined(createClient(url, { ...options, heartbeat: heartbeat({ interval: 4, timeout: 4 }) }));
  const states: string[] = [];
  client.on('state', ({ type }) => states.push(type));
  // Time for dozens of pings; whatever they are, none of them may end it.
  await new Promise((resolve) => setTimeout(resolve, 300));
  // Busy past every deadline, with the answer in the socket.
  const end = Date.now() + 200;
  while (Date.now() < end);
  await client.call('wamp.session.count');
  expect(states).toEqual([]);
  expect(link.opened).toBe(1);
});

/** A client whose transport cannot ping, as a page's. */
async function pageLike(asked?: { readonly interval: number; readonly timeout: number }) {
  const link = await through((await router.listen({ port: 0 })).url);
  const connector = webSocket(`ws://127.0.0.1:${link.port}/ws`, { serializers: [json()], open: openWebSocket });
  return { link, client: await joined(new AnyClient(connector, { ...options, heartbeat: asked && heartbeat(asked) })) };
}

test('where there is no ping, it asks by a request when it is woken, and replaces a connection that died', async () => {
  const { link, client } = await pageLike({ interval: 0, timeout: 40 });
  for (let n = 0; n < 5; n++) {
    client.wake();
    await client.call('wamp.session.count');
  }
  expect(link.opened).toBe(1);
  link.cut();
  const count = client.call('wamp.session.count').catch((error) => error);
  client.wake();
  expect(await count).toMatchObject({ code: 'CONNECTION_LOST' });
  await until(() => client.state.type === 'joined');
  expect(link.opened).toBe(2);
});

test('where there is no ping, an interval that is given is kept to by requests', async () => {
  const { link, client } = await pageLike(soon);
  link.cut();
  await until(() => link.opened === 2 && client.state.type === 'joined');
});

test('over RawSocket a router that does not say that it takes pings is asked by requests, and not pinged', async () => {
  const received: number[] = [];
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(Uint8Array.of(0x7f, 0xf1, 0, 0));
      const transport = new RawSocketTransport(socket, {
        serializer: json(),
        peer: 'test',
        maxReceive: 2 ** 20,
        maxSend: 2 ** 20,
      });
      transport.attach({
        message: (frame) => {
          const message = decodeClientMessage(transport.serializer.split(frame));
          received.push(message.code);
          if (message.code === Code.HELLO) {
            const details = { roles: roles({ broker: [], dealer: [] }) };
            transport.send(encode({ code: Code.WELCOME, session: 1, details }, transport.serializer));
          }
          if (message.code !== Code.UNSUBSCRIBE) return;
          const error = {
            requestType: message.code,
            request: message.request,
            details: {},
            error: 'wamp.error.no_such_subscription',
          };
          transport.send(encode({ code: Code.ERROR, ...error }, transport.serializer));
        },
        close: () => {},
      });
      expect(transport.knowsPings).toBe(false);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `rs://127.0.0.1:${typeof address === 'object' && address?.port}`;
  const client = await joined(
    createClient(url, { ...options, heartbeat: heartbeat({ interval: 4, timeout: 4 }), leaveTimeout: 1 }),
  );
  await until(() => received.filter((code) => code === Code.UNSUBSCRIBE).length >= 5);
  expect(client.state.type).toBe('joined');
  await client.close();
  server.close();
});
