import { afterEach, expect, test } from 'vitest';
import { recovery, SubscriberClient } from '../../src/client/index.js';
import { Code, Payload } from '../../src/wire/index.js';
import { RouterFarm } from '../support/router-farm.js';
import { settled } from '../support/scripted-router.js';

const clients: SubscriberClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

function make(options: object = {}) {
  const farm = new RouterFarm();
  const base = { realm: 'realm1', backoff: { initial: 1, max: 1 }, leaveTimeout: 1 };
  const client = new SubscriberClient(farm.connector, { ...base, ...options });
  clients.push(client);
  return { client, farm };
}

test('it announces that it subscribes, and nothing else', async () => {
  const { client, farm } = make();
  client.connect().catch(() => {});
  const { details } = await (await farm.next()).expect(Code.HELLO);
  expect(details.roles).toEqual({
    subscriber: { features: expect.objectContaining({ pattern_based_subscription: true, _gap: true }) },
  });
});

test('it hears events, through a reconnect too', async () => {
  const { client, farm } = make();
  const connected = client.connect();
  let router = await farm.next();
  await router.welcome();
  await connected;
  const heard: unknown[] = [];
  const pending = client.subscribe('a.b', ({ args }) => void heard.push(args[0]), { get_retained: true });
  for (const subscription of [7, 8]) {
    const { request, options } = await router.expect(Code.SUBSCRIBE);
    expect(options).toEqual({ get_retained: true });
    router.send({ code: Code.SUBSCRIBED, request, subscription });
    router.send({ code: Code.EVENT, subscription, publication: 1, details: {}, payload: Payload.of([subscription]) });
    await settled();
    if (subscription === 8) break;
    expect((await pending).recovers).toBe(false);
    router.drop();
    router = await farm.next();
    await router.welcome();
  }
  expect(heard).toEqual([7, 8]);
});

test('a router that sends it a call breaks the protocol', async () => {
  const { client, farm } = make();
  const connected = client.connect();
  const router = await farm.next();
  await router.welcome();
  await connected;
  router.send({ code: Code.INVOCATION, request: 1, registration: 2, details: {} });
  const { reason, details } = await router.expect(Code.ABORT);
  expect([reason, details.message]).toEqual([
    'wamp.error.protocol_violation',
    'a router does not send message type 68 to this client',
  ]);
  expect(client.state).toMatchObject({ type: 'closed', error: { code: 'PROTOCOL_VIOLATION' } });
});

test('what takes other roles is refused, not left undone', async () => {
  expect(() => make({ recovery: recovery() })).toThrow('there is no option recovery');
  const { client } = make();
  await expect(client.subscribe('a.b', () => {}, { recover: true })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('recovery()'),
  });
});
