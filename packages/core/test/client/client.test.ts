import { expect, test, vi } from 'vitest';
import type { ClientOptions, ClientState } from '../../src/client/index.js';
import { Client, waiting as waitingRoom } from '../../src/client/index.js';
import { ConnectError } from '../../src/transport/index.js';
import { Code } from '../../src/wire/index.js';
import { RouterFarm } from '../support/router-farm.js';
import type { ScriptedRouter } from '../support/scripted-router.js';
import { settled } from '../support/scripted-router.js';

function make(options: Partial<ClientOptions> = {}): { client: Client; farm: RouterFarm; states: string[] } {
  const farm = new RouterFarm();
  const client = new Client(farm.connector, {
    realm: 'realm1',
    backoff: { initial: 1, max: 1 },
    waiting: waitingRoom(),
    ...options,
  });
  const states: string[] = [];
  client.on('state', (state) => states.push(state.type));
  return { client, farm, states };
}

async function join({ client, farm }: { client: Client; farm: RouterFarm }): Promise<ScriptedRouter> {
  const connected = client.connect();
  const router = await farm.next();
  await router.welcome();
  await connected;
  return router;
}

/** Until the client is in this state. */
function reaches(client: Client, type: ClientState['type']): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (client.state.type !== type) return;
      client.off('state', look);
      resolve();
    };
    client.on('state', look);
    look();
  });
}

async function subscribed(router: ScriptedRouter, subscription: number) {
  const message = await router.expect(Code.SUBSCRIBE);
  router.send({ code: Code.SUBSCRIBED, request: message.request, subscription });
  return message;
}
async function registered(router: ScriptedRouter, registration: number) {
  const message = await router.expect(Code.REGISTER);
  router.send({ code: Code.REGISTERED, request: message.request, registration });
  return message;
}

test('connect rejects when the first attempt fails, and the client is closed with that error', async () => {
  const { client, farm, states } = make();
  farm.listening = false;
  await expect(client.connect()).rejects.toBeInstanceOf(ConnectError);
  expect(states).toEqual(['connecting', 'closed']);
  await expect(client.call('a.b')).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
});

test("retry 'always' goes on until somebody listens, so that start order does not matter", async () => {
  const { client, farm } = make({ retry: 'always' });
  farm.listening = false;
  const connected = client.connect();
  await reaches(client, 'waiting');
  farm.listening = true;
  await (await farm.next()).welcome();
  expect(await connected).toBe(client);
  expect(farm.attempts).toBeGreaterThan(1);
});

test('a realm that does not exist is final, whatever the retry', async () => {
  const { client, farm } = make({ retry: 'always' });
  const connected = client.connect();
  const router = await farm.next();
  await router.expect(Code.HELLO);
  router.send({ code: Code.ABORT, details: {}, reason: 'wamp.error.no_such_realm' });
  await expect(connected).rejects.toMatchObject({ code: 'JOIN_REFUSED', uri: 'wamp.error.no_such_realm' });
  expect(client.state).toMatchObject({ type: 'closed' });
  expect(farm.attempts).toBe(1);
});

test('it tells the id of its session, which is another after a reconnect, and none in between', async () => {
  const setup = make();
  const { client, farm } = setup;
  expect(client.session).toBe(0);
  const router = await join(setup);
  expect(client.session).toBe(client.state.type === 'joined' && client.state.session);
  expect(client.session).toBeGreaterThan(0);
  const waiting = reaches(client, 'waiting');
  router.drop();
  await waiting;
  expect(client.session).toBe(0);
  const again = await farm.next();
  await again.welcome();
  await reaches(client, 'joined');
  expect(client.session).toBeGreaterThan(0);
  await client.close();
  expect(client.session).toBe(0);
});

test.each(['wamp.close.system_shutdown', 'wamp.close.close_realm'])('%s is reconnected after', async (reason) => {
  const { client, farm } = make();
  const router = await join({ client, farm });
  router.send({ code: Code.GOODBYE, details: {}, reason });
  await router.expect(Code.GOODBYE);
  await (await farm.next()).welcome();
  await reaches(client, 'joined');
});

test('a killed session is not reconnected, and says why', async () => {
  const { client, farm } = make();
  const router = await join({ client, farm });
  router.send({ code: Code.GOODBYE, details: { message: 'by an operator' }, reason: 'wamp.close.killed' });
  await reaches(client, 'closed');
  expect(client.state).toMatchObject({
    error: { uri: 'wamp.close.killed', message: expect.stringContaining('by an operator') },
  });
});

test('subscriptions and registrations are opened again with all their options, before anything that waits', async () => {
  const { client, farm } = make({ offline: 'wait' });
  let router = await join({ client, farm });
  const prefix = { match: 'prefix', get_retained: true, _own: 1 } as const;
  const shared = { match: 'wildcard', invoke: 'roundrobin' } as const;
  const seen: number[] = [];
  const subscribing = client.subscribe('a.', ({ publication }) => void seen.push(publication), prefix);
  await subscribed(router, 7);
  const subscription = await subscribing;
  const registering = client.register('x..y', () => 'served', shared);
  await registered(router, 8);
  const registration = await registering;
  expect([subscription.id, registration.id]).toEqual([7, 8]);

  router.drop();
  await reaches(client, 'waiting');
  expect([subscription.id, registration.id]).toEqual([0, 0]);
  const waited = client.call('later');

  router = await farm.next();
  await router.welcome();
  expect(await subscribed(router, 17)).toMatchObject({ topic: 'a.', options: prefix });
  expect(await registered(router, 18)).toMatchObject({ procedure: 'x..y', options: shared });
  const { request } = await router.expect(Code.CALL);
  router.send({ code: Code.RESULT, request, details: {} });
  await waited;
  expect([subscription.id, registration.id]).toEqual([17, 18]);
  router.send({ code: Code.EVENT, subscription: 17, publication: 5, details: {} });
  router.send({ code: Code.INVOCATION, request: 1, registration: 18, details: {} });
  expect((await router.expect(Code.YIELD)).payload?.values.args).toEqual(['served']);
  expect(seen).toEqual([5]);
});

test('what was given up, offline or while it was being restored, does not come back', async () => {
  const { client, farm } = make();
  let router = await join({ client, farm });
  const handles = [];
  for (const [at, topic] of ['a', 'b', 'c'].entries()) {
    const subscribing = client.subscribe(topic, () => {});
    await subscribed(router, at + 1);
    handles.push(await subscribing);
  }
  router.drop();
  await reaches(client, 'waiting');
  await handles[0]?.unsubscribe();
  router = await farm.next();
  await router.welcome();
  const restoring = await router.expect(Code.SUBSCRIBE);
  expect(restoring.topic).toBe('b');
  await handles[1]?.unsubscribe();
  router.send({ code: Code.SUBSCRIBED, request: restoring.request, subscription: 12 });
  expect((await subscribed(router, 13)).topic).toBe('c');
  expect(await router.expect(Code.UNSUBSCRIBE)).toMatchObject({ subscription: 12 });
  await settled();
  expect(router.unread).toBe(0);
});

test('a registration that somebody else has taken meanwhile is a typed event, and is tried again at the next join', async () => {
  const { client, farm } = make();
  let router = await join({ client, farm });
  const registering = client.register('a.b', () => {});
  await registered(router, 1);
  await registering;
  const failures: unknown[] = [];
  client.on('restoreFailed', (failure) => failures.push(failure));
  router.drop();

  router = await farm.next();
  await router.welcome();
  const { request } = await router.expect(Code.REGISTER);
  router.send({
    code: Code.ERROR,
    requestType: Code.REGISTER,
    request,
    details: {},
    error: 'wamp.error.procedure_already_exists',
  });
  await settled();
  expect(failures).toMatchObject([
    { kind: 'registration', uri: 'a.b', error: { uri: 'wamp.error.procedure_already_exists' } },
  ]);
  router.drop();

  router = await farm.next();
  await router.welcome();
  expect((await registered(router, 2)).procedure).toBe('a.b');
});

test('without a listener, what cannot be restored goes to the error hook', async () => {
  const errors: unknown[] = [];
  const { client, farm } = make({ onError: (_, context) => errors.push(context) });
  let router = await join({ client, farm });
  const registering = client.register('a.b', () => {});
  await registered(router, 1);
  await registering;
  router.drop();
  router = await farm.next();
  await router.welcome();
  const { request } = await router.expect(Code.REGISTER);
  const error = 'wamp.error.not_authorized';
  router.send({ code: Code.ERROR, requestType: Code.REGISTER, request, details: {}, error });
  await settled();
  expect(errors).toEqual([{ where: 'restore', uri: 'a.b' }]);
});

test('what was in flight when the connection dropped rejects, and is not sent again', async () => {
  const { client, farm } = make({ offline: 'wait' });
  let router = await join({ client, farm });
  const open = [
    client.call('a.b'),
    client.publish('a.b', [], { acknowledge: true }),
    client.subscribe('a.b', () => {}),
  ];
  await settled();
  router.drop();
  const outcomes = await Promise.allSettled(open);
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
    Array(3).fill('CONNECTION_LOST'),
  );
  router = await farm.next();
  await router.welcome();
  await reaches(client, 'joined');
  await settled();
  expect(router.unread).toBe(0);
});

test('offline, a request fails at once by default and says what to do', async () => {
  const { client, farm } = make();
  const router = await join({ client, farm });
  router.drop();
  await reaches(client, 'waiting');
  await expect(client.publish('a.b')).rejects.toMatchObject({
    code: 'OFFLINE',
    message: expect.stringContaining("offline: 'wait'"),
  });
});

test('a waiting request leaves the queue for good by its signal, its timeout, or the end of the client', async () => {
  const { client, farm } = make({
    offline: 'wait',
    retry: 'always',
    backoff: { initial: 1e6, max: 1e6 },
    random: () => 1,
  });
  farm.listening = false;
  client.connect().catch(() => {});
  await reaches(client, 'waiting');
  const controller = new AbortController();
  const aborted = client.call('a.b', [], { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  await expect(client.call('a.b', [], { timeout: 1 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  const last = client.publish('a.b');
  farm.listening = true;
  client.wake();
  const router = await farm.next();
  await router.welcome();
  await last;
  await router.expect(Code.PUBLISH);
  expect(router.unread).toBe(0);
});

test('closing rejects what waits', async () => {
  const { client, farm } = make({
    offline: 'wait',
    retry: 'always',
    backoff: { initial: 1e6, max: 1e6 },
    random: () => 1,
  });
  farm.listening = false;
  const connected = client.connect();
  await reaches(client, 'waiting');
  const outcomes = Promise.allSettled([connected, client.call('a.b')]);
  await client.close();
  expect(await outcomes).toMatchObject(Array(2).fill({ status: 'rejected', reason: { code: 'SESSION_CLOSED' } }));
});

test('the number of waiting requests is bounded', async () => {
  const { client } = make({ offline: 'wait', waiting: waitingRoom({ limit: 2 }) });
  const waiting = [client.call('a'), client.call('b')];
  await expect(client.call('c')).rejects.toMatchObject({
    code: 'OFFLINE',
    message: expect.stringContaining('waiting({ limit })'),
  });
  await client.close();
  await Promise.allSettled(waiting);
});

test.each(['idle', 'connecting', 'joining', 'joined', 'waiting', 'closed'])('close settles while %s', async (when) => {
  const { client, farm } = make({
    retry: 'always',
    leaveTimeout: 1,
    backoff: { initial: 1e6, max: 1e6 },
    random: () => 1,
  });
  if (when === 'waiting') farm.listening = false;
  if (when !== 'idle') client.connect().catch(() => {});
  if (when === 'joining') await (await farm.next()).expect(Code.HELLO);
  if (when === 'waiting') await reaches(client, 'waiting');
  if (when === 'joined') await (await farm.next()).welcome().then(() => reaches(client, 'joined'));
  if (when === 'closed') await client.close();
  await Promise.all([client.close(), client.close()]);
  expect(client.state).toEqual({ type: 'closed', error: undefined });
});

test('an attempt that takes too long is given up', async () => {
  const { client } = make({ connectTimeout: 1 });
  await expect(client.connect()).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('a connection that opens after it was given up is dropped', async () => {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const farm = new RouterFarm();
  const client = new Client(
    (signal) => gate.then(() => farm.connector(new AbortController().signal).finally(() => signal)),
    {
      realm: 'realm1',
    },
  );
  const connected = client.connect();
  await client.close();
  await expect(connected).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
  open();
  expect(await (await farm.next()).closed).toMatchObject({ code: 1006 });
});

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

test('a client that has ended does not connect again, and says so', async () => {
  const { client, farm } = make();
  await join({ client, farm });
  const closing = client.close();
  await expect(client.connect()).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
  await closing;
  await expect(client.connect()).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
});

test('one signal may be handed to any number of requests', async () => {
  const warnings: string[] = [];
  const warned = (warning: Error) => warnings.push(warning.message);
  process.on('warning', warned);
  const { client, farm } = make({ offline: 'wait' });
  const router = await join({ client, farm });
  const { signal, abort } = controller();
  const calls = Array.from({ length: 50 }, () => client.call('a.b', [], { signal }).catch((error) => error));
  const waits = Array.from({ length: 50 }, () =>
    client.publish('a.b', [], { signal, acknowledge: true }).catch((e) => e),
  );
  const streams = Array.from({ length: 50 }, () => client.stream('a.b', [], { signal }).result.catch((error) => error));
  await router.expect(Code.CALL);
  abort(new Error('all of you'));
  for (const error of await Promise.all([...calls, ...waits, ...streams]))
    expect(error).toEqual(new Error('all of you'));
  await settled();
  process.off('warning', warned);
  expect(warnings).toEqual([]);
  await client.close();
});

function controller() {
  const made = new AbortController();
  return { signal: made.signal, abort: (reason: Error) => made.abort(reason) };
}

test('without a place to wait, a request that is to wait is refused, and so is a client whose requests all are', async () => {
  const farm = new RouterFarm();
  const client = new Client(farm.connector, { realm: 'realm1' });
  const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining('waiting: waiting()') };
  await expect(client.call('a.b', [], { offline: 'wait' })).rejects.toMatchObject(refused);
  expect(() => new Client(farm.connector, { realm: 'realm1', offline: 'wait' })).toThrow(
    expect.objectContaining(refused),
  );
});
