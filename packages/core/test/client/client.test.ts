import { expect, test } from 'vitest';
import { Client } from '../../src/client/index.js';
import { ConnectError } from '../../src/transport/index.js';
import { Code } from '../../src/wire/index.js';
import { join, make, reaches, registered, subscribed } from '../support/client.js';
import { RouterFarm } from '../support/router-farm.js';
import { settled } from '../support/scripted-router.js';

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

test('who unsubscribes in a handler hears nothing more, though it came together with the answer that restored it', async () => {
  const { client, farm } = make();
  let router = await join({ client, farm });
  const seen: number[] = [];
  const subscribing = client.subscribe('a.b', ({ publication }) => {
    seen.push(publication);
    void subscription.unsubscribe();
  });
  await subscribed(router, 7);
  const subscription = await subscribing;
  router.drop();
  router = await farm.next();
  await router.welcome();
  await subscribed(router, 17);
  for (const publication of [1, 2]) router.send({ code: Code.EVENT, subscription: 17, publication, details: {} });
  expect(await router.expect(Code.UNSUBSCRIBE)).toMatchObject({ subscription: 17 });
  expect(seen).toEqual([1]);
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

test('a client that has ended does not connect again, and says so', async () => {
  const { client, farm } = make();
  await join({ client, farm });
  const closing = client.close();
  await expect(client.connect()).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
  await closing;
  await expect(client.connect()).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
});
