import { expect, test, vi } from 'vitest';
import { Client } from '../../src/client/index.js';
import { Code } from '../../src/wire/index.js';
import { join, make, subscribed } from '../support/client.js';
import { RouterFarm } from '../support/router-farm.js';
import { settled } from '../support/scripted-router.js';

test('a listener that throws does not disturb the client', async () => {
  const errors: unknown[] = [];
  const { client, farm } = make({ onError: (error) => errors.push(error) });
  client.on('state', () => {
    throw new Error('a bug in the application');
  });
  const router = await join({ client, farm });
  router.drop();
  await (await farm.next()).welcome();
  await settled();
  expect(client.state.type).toBe('joined');
  expect(errors.length).toBeGreaterThan(0);
});

test('a client that is closed by a listener of its state stays closed, and opens no connection', async () => {
  for (const type of ['connecting', 'joined'] as const) {
    const { client, farm, states } = make({ retry: 'always' });
    client.on('state', (state) => {
      if (state.type === type) void client.close();
    });
    const seen: string[] = [];
    client.on('state', (state) => seen.push(state.type));
    const connected = client.connect();
    connected.catch(() => {});
    const router = await farm.next();
    if (type === 'joined') {
      await router.welcome();
      await router.expect(Code.GOODBYE);
      router.send({ code: Code.GOODBYE, details: {}, reason: 'wamp.close.goodbye_and_out' });
    }
    await client.close();
    await router.closed;
    expect(farm.attempts).toBe(1);
    expect(client.state).toEqual({ type: 'closed', error: undefined });
    const path =
      type === 'joined' ? ['connecting', 'joined', 'closing', 'closed'] : ['connecting', 'closing', 'closed'];
    expect(states).toEqual(path);
    expect(seen).toEqual(path);
  }
});

test('a client that is closed by a listener while it waits tries no more', async () => {
  const { client, farm, states } = make({ retry: 'always' });
  farm.listening = false;
  client.on('state', ({ type }) => void (type === 'waiting' && client.close()));
  await expect(client.connect()).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
  await client.close();
  await settled();
  expect(states).toEqual(['connecting', 'waiting', 'closed']);
  expect(farm.attempts).toBe(1);
});

test('a listener that throws, or rejects, is reported, and the others are told all the same', async () => {
  const errors: unknown[] = [];
  const client = new Client(new RouterFarm().connector, {
    realm: 'realm1',
    onError: (error, { where, uri }) => void errors.push([error, where, uri]),
  });
  const told: string[] = [];
  client.on('state', () => {
    throw new Error('first');
  });
  client.once('state', async () => {
    throw new Error('second');
  });
  client.on('state', ({ type }) => told.push(type));
  await client.close();
  await settled();
  expect(told).toEqual(['closed']);
  expect(errors).toEqual([
    [new Error('first'), 'listener', 'state'],
    [new Error('second'), 'listener', 'state'],
  ]);
});

test('once is once, and off is off', async () => {
  const { client, farm } = make();
  const told: string[] = [];
  const never = () => told.push('never');
  client.once('state', ({ type }) => told.push(`once ${type}`));
  client.once('state', never).on('state', never).off('state', never);
  await join({ client, farm });
  expect(told).toEqual(['once connecting']);
  await client.close();
});

test('an error hook that throws hurts nobody', async () => {
  const { client, farm } = make({
    onError: () => {
      throw Object.create(null);
    },
  });
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    client.on('state', () => {
      throw new Error('a listener');
    });
    const router = await join({ client, farm });
    const subscribing = client.subscribe('a.b', () => {
      throw new Error('a handler');
    });
    await subscribed(router, 7);
    await subscribing;
    router.send({ code: Code.EVENT, subscription: 7, publication: 1, details: {} });
    await settled();
    expect(client.state.type).toBe('joined');
    const texts = printed.mock.calls.map(([what]) => what);
    expect(texts).toContain('wigwag: event handler of a.b:');
    expect(texts).toContain('wigwag: error hook of a.b:');
  } finally {
    printed.mockRestore();
  }
});
