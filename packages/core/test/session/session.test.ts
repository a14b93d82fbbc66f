import { expect, test } from 'vitest';
import { ticket } from '../../src/auth/index.js';
import { json } from '../../src/serializer/json.js';
import { Session } from '../../src/session/index.js';
import { linkedPair } from '../../src/transport/index.js';
import { Code } from '../../src/wire/index.js';
import { joined, ScriptedRouter, settled } from '../support/scripted-router.js';

test('HELLO announces roles and features, and WELCOME resolves', async () => {
  const [near, far] = linkedPair(json());
  const session = new Session(near, { realm: 'realm1' });
  const router = new ScriptedRouter(far);
  const hello = await router.expect(Code.HELLO);
  expect(hello).toMatchObject({
    realm: 'realm1',
    details: { roles: { publisher: {}, subscriber: {}, caller: {}, callee: { features: { call_canceling: true } } } },
  });
  router.send({ code: Code.WELCOME, session: 12, details: {} });
  await session.joined;
  expect(session.id).toBe(12);
});

test('a ticket is fetched when it is asked for, at each join', async () => {
  const [near, far] = linkedPair(json());
  let fetched = 0;
  const session = new Session(near, {
    realm: 'realm1',
    auth: [ticket({ authid: 'joe', ticket: async () => `ticket ${++fetched}` })],
  });
  const router = new ScriptedRouter(far);
  expect((await router.expect(Code.HELLO)).details).toMatchObject({ authid: 'joe', authmethods: ['ticket'] });
  router.send({ code: Code.CHALLENGE, method: 'ticket', extra: {} });
  expect((await router.expect(Code.AUTHENTICATE)).signature).toBe('ticket 1');
  router.send({ code: Code.WELCOME, session: 1, details: {} });
  await session.joined;
});

test('a challenge that no method answers ends the session with a reason', async () => {
  const [near, far] = linkedPair(json());
  const session = new Session(near, { realm: 'realm1' });
  const router = new ScriptedRouter(far);
  await router.expect(Code.HELLO);
  router.send({ code: Code.CHALLENGE, method: 'ticket', extra: {} });
  expect((await router.expect(Code.ABORT)).reason).toBe('wamp.error.authentication_failed');
  await expect(session.joined).rejects.toMatchObject({ uri: 'wamp.error.no_matching_auth_method' });
});

test('ABORT rejects with the reason and what the router said of it', async () => {
  const [near, far] = linkedPair(json());
  const session = new Session(near, { realm: 'nowhere' });
  const router = new ScriptedRouter(far);
  await router.expect(Code.HELLO);
  router.send({ code: Code.ABORT, details: { message: 'there is no such realm' }, reason: 'wamp.error.no_such_realm' });
  await expect(session.joined).rejects.toMatchObject({
    code: 'JOIN_REFUSED',
    uri: 'wamp.error.no_such_realm',
    message: expect.stringContaining('there is no such realm'),
  });
});

test('when the connection drops, all that is open settles and running handlers are told', async () => {
  const { session, router } = await joined();
  let told: unknown;
  const registering = session.register('x.y', (_, { signal }) => {
    signal.addEventListener('abort', () => {
      told = signal.reason;
    });
    return new Promise(() => {});
  });
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 5 });
  await registering;
  router.send({ code: Code.INVOCATION, request: 1, registration: 5, details: {} });
  const open = [
    session.call('a.b'),
    session.publish('a.b', [], { acknowledge: true }),
    session.subscribe('a.b', () => {}),
    session.register('a.b', () => {}),
  ];
  await settled();
  router.drop();
  const outcomes = await Promise.allSettled(open);
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
    Array(4).fill('CONNECTION_LOST'),
  );
  expect(told).toMatchObject({ code: 'CONNECTION_LOST' });
  await expect(session.publish('a.b')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
});

test('leaving is answered by GOODBYE, and may be repeated', async () => {
  const { session, router } = await joined();
  const leaving = [session.leave(), session.leave()];
  await router.expect(Code.GOODBYE);
  router.send({ code: Code.GOODBYE, details: {}, reason: 'wamp.close.goodbye_and_out' });
  expect(await Promise.all(leaving)).toEqual(Array(2).fill({ type: 'left', reason: 'wamp.close.normal' }));
  await router.closed;
  expect(await session.leave()).toMatchObject({ type: 'left' });
});

test('a router that does not answer GOODBYE is left all the same', async () => {
  const { session, router } = await joined({ leaveTimeout: 1 });
  expect(await session.leave()).toMatchObject({ type: 'left' });
  expect(await router.closed).toMatchObject({ code: 1006 });
});

test('a refused request leaves no gap in the request ids', async () => {
  const { session, router } = await joined();
  await expect(session.publish('a.b', [Symbol('no')])).rejects.toMatchObject({ code: 'UNENCODABLE' });
  await expect(session.publish('a..b')).rejects.toMatchObject({ code: 'INVALID_URI' });
  await expect(session.publish('a b')).rejects.toMatchObject({ code: 'INVALID_URI' });
  await session.publish('a.b');
  expect((await router.expect(Code.PUBLISH)).request).toBe(1);
});

test('what the router did not announce is refused here, with its name', async () => {
  const { session, router } = await joined({}, {});
  await expect(session.subscribe('a.', () => {}, { match: 'prefix' })).rejects.toMatchObject({
    code: 'FEATURE_NOT_SUPPORTED',
    message: expect.stringContaining('pattern_based_subscription'),
  });
  await expect(session.register('a', () => {}, { invoke: 'random' })).rejects.toMatchObject({
    code: 'FEATURE_NOT_SUPPORTED',
  });
  expect(router.unread).toBe(0);
});

test.each<[feature: string, ask: (session: Session) => Promise<unknown>]>([
  ['subscriber_blackwhite_listing', (session) => session.publish('a.b', [], { eligible: [1] })],
  ['subscriber_blackwhite_listing', (session) => session.publish('a.b', [], { eligible_authid: ['ann'] })],
  ['subscriber_blackwhite_listing', (session) => session.publish('a.b', [], { eligible_authrole: [] })],
  ['subscriber_blackwhite_listing', (session) => session.publish('a.b', [], { exclude: [1] })],
  ['subscriber_blackwhite_listing', (session) => session.publish('a.b', [], { exclude_authid: ['ann'] })],
  ['subscriber_blackwhite_listing', (session) => session.publish('a.b', [], { exclude_authrole: ['staff'] })],
  ['publisher_exclusion', (session) => session.publish('a.b', [], { exclude_me: false })],
  ['publisher_identification', (session) => session.publish('a.b', [], { disclose_me: true })],
  ['event_retention', (session) => session.publish('a.b', [], { retain: true })],
  ['event_retention', (session) => session.subscribe('a.b', () => {}, { get_retained: true })],
  ['sharded_subscription', (session) => session.publish('a.b', [], { rkey: '' })],
  ['sharded_subscription', (session) => session.subscribe('a.b', () => {}, { nkey: 0 })],
  ['x_acknowledged_event_delivery', (session) => session.publish('a.b', [], { x_acknowledged_delivery: true })],
  ['caller_identification', (session) => session.call('a.b', [], { disclose_me: true })],
  ['sharded_registration', (session) => session.call('a.b', [], { rkey: 7 })],
])('what needs a router with %s is not sent to another, which would do something else', async (feature, ask) => {
  const { session, router } = await joined({}, {});
  await expect(ask(session)).rejects.toMatchObject({
    code: 'FEATURE_NOT_SUPPORTED',
    message: expect.stringContaining(feature),
  });
  await session.publish('a.b', [], { retain: false, disclose_me: false, exclude_me: true });
  expect((await router.expect(Code.PUBLISH)).request).toBe(1);
  expect(router.unread).toBe(0);
});

test('a session that is leaving says so, whatever its router announced', async () => {
  const { session } = await joined();
  void session.leave();
  const asked: readonly Promise<unknown>[] = [
    session.publish('a.b', [], { eligible: [1] }),
    session.publish('a.b', [], { exclude_me: false }),
    session.call('a.b', [], { rkey: 1 }),
    session.stream('a.b', [], { input: [1] }).result,
    session.subscribe('a.', () => {}, { match: 'prefix' }),
    session.register('a.', () => {}, { match: 'prefix', invoke: 'random' }),
  ];
  for (const outcome of await Promise.allSettled(asked)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'SESSION_CLOSED' } });
  }
});

test('a message over the announced limit is refused here', async () => {
  const { session, router } = await joined({}, { _max_message_size: 100 });
  await expect(session.publish('a.b', ['x'.repeat(200)])).rejects.toMatchObject({
    code: 'MESSAGE_TOO_LARGE',
    limit: 100,
  });
  await session.publish('a.b', ['x']);
  expect((await router.expect(Code.PUBLISH)).request).toBe(1);
});

test('an answer to a request that was never made is a protocol violation', async () => {
  const { session, router } = await joined();
  router.send({ code: Code.PUBLISHED, request: 77, publication: 1 });
  expect((await router.expect(Code.ABORT)).reason).toBe('wamp.error.protocol_violation');
  expect(await session.ended).toMatchObject({ type: 'failed' });
});

test('a subscription or registration that the router revokes is reported', async () => {
  const errors: string[] = [];
  const { session, router } = await joined({ onError: (error) => errors.push(String(error)) });
  const subscribing = session.subscribe('a.b', () => {});
  router.send({ code: Code.SUBSCRIBED, request: (await router.expect(Code.SUBSCRIBE)).request, subscription: 8 });
  await subscribing;
  const registering = session.register('c.d', () => {});
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 9 });
  await registering;
  router.send({
    code: Code.UNSUBSCRIBED,
    request: 0,
    details: { subscription: 8, reason: 'wamp.authentication.lost' },
  });
  router.send({ code: Code.UNREGISTERED, request: 0, details: { registration: 9 } });
  await settled();
  expect(errors).toEqual([
    expect.stringContaining('revoked the subscription to a.b: wamp.authentication.lost'),
    expect.stringContaining('revoked the registration of c.d'),
  ]);
});

test.each<[string, (router: ScriptedRouter, session: Session) => void]>([
  [
    'the router says GOODBYE',
    (router) => router.send({ code: Code.GOODBYE, details: {}, reason: 'wamp.close.normal' }),
  ],
  ['the router aborts', (router) => router.send({ code: Code.ABORT, details: {}, reason: 'wamp.error.canceled' })],
  ['the router breaks the protocol', (router) => router.send({ code: Code.WELCOME, session: 1, details: {} })],
  [
    'this side leaves, and the router agrees',
    (router, session) => {
      session.leave();
      router.send({ code: Code.GOODBYE, details: {}, reason: 'wamp.close.goodbye_and_out' });
    },
  ],
])('when %s, the connection is closed in order', async (_, end) => {
  const { session, router } = await joined();
  end(router, session);
  expect(await router.closed).toMatchObject({ code: 1000 });
});
