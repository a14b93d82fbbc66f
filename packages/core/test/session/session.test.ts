import { expect, test } from 'vitest';
import { ticket } from '../../src/auth/index.js';
import { json } from '../../src/serializer/json.js';
import type { ReceivedEvent } from '../../src/session/index.js';
import { Result, Session, WampError } from '../../src/session/index.js';
import { linkedPair } from '../../src/transport/index.js';
import { Code, Payload, roles } from '../../src/wire/index.js';
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

test('several handlers on one topic share a subscription, which is given up with the last of them', async () => {
  const { session, router } = await joined();
  const seen: string[] = [];
  const first = session.subscribe('a.b', () => void seen.push('first'));
  const second = session.subscribe('a.b', () => void seen.push('second'));
  for (let i = 0; i < 2; i++) {
    const { request } = await router.expect(Code.SUBSCRIBE);
    router.send({ code: Code.SUBSCRIBED, request, subscription: 99 });
  }
  const [one, two] = await Promise.all([first, second]);
  router.send({ code: Code.EVENT, subscription: 99, publication: 1, details: {} });
  await settled();
  expect(seen).toEqual(['first', 'second']);

  await one.unsubscribe();
  router.send({ code: Code.EVENT, subscription: 99, publication: 2, details: {} });
  await settled();
  expect(seen).toEqual(['first', 'second', 'second']);
  expect(router.unread).toBe(0);

  const gone = two.unsubscribe();
  const { request, subscription } = await router.expect(Code.UNSUBSCRIBE);
  expect(subscription).toBe(99);
  // An event that was on its way is dropped in silence.
  router.send({ code: Code.EVENT, subscription: 99, publication: 3, details: {} });
  router.send({ code: Code.UNSUBSCRIBED, request });
  await gone;
  expect(seen).toHaveLength(3);
});

test('unsubscribing while another handler on the same topic is being subscribed does not take its events away', async () => {
  const { session, router } = await joined();
  const seen: number[] = [];
  const opening = session.subscribe('a.b', () => {});
  router.send({ code: Code.SUBSCRIBED, request: (await router.expect(Code.SUBSCRIBE)).request, subscription: 99 });
  const first = await opening;
  const second = session.subscribe('a.b', ({ publication }) => void seen.push(publication));
  const { request } = await router.expect(Code.SUBSCRIBE);
  await first.unsubscribe();
  router.send({ code: Code.SUBSCRIBED, request, subscription: 99 });
  router.send({ code: Code.EVENT, subscription: 99, publication: 5, details: {} });
  await second;
  await settled();
  expect(seen).toEqual([5]);
  expect(router.unread).toBe(0);
});

test('the first event may follow SUBSCRIBED at once', async () => {
  const { session, router } = await joined();
  const seen: unknown[] = [];
  const opening = session.subscribe('a.b', ({ args }) => void seen.push(...args));
  const { request } = await router.expect(Code.SUBSCRIBE);
  router.send({ code: Code.SUBSCRIBED, request, subscription: 1 });
  router.send({ code: Code.EVENT, subscription: 1, publication: 1, details: {}, payload: Payload.of(['now']) });
  await opening;
  await settled();
  expect(seen).toEqual(['now']);
});

test('what a handler throws, at once or later, reaches the error hook and no other handler', async () => {
  const errors: unknown[] = [];
  const { session, router } = await joined({ onError: (error, context) => errors.push([error, context.where]) });
  const seen: string[] = [];
  const handlers = [
    () => {
      throw new Error('at once');
    },
    async () => {
      throw new Error('later');
    },
    () => void seen.push('served'),
  ];
  for (const handler of handlers) {
    const opening = session.subscribe('a.b', handler);
    router.send({ code: Code.SUBSCRIBED, request: (await router.expect(Code.SUBSCRIBE)).request, subscription: 1 });
    await opening;
  }
  router.send({ code: Code.EVENT, subscription: 1, publication: 1, details: {} });
  await settled();
  expect(seen).toEqual(['served']);
  expect(errors).toEqual([
    [new Error('at once'), 'event handler'],
    [new Error('later'), 'event handler'],
  ]);
});

test('an answer of one value resolves to it, of none to undefined, of more to a Result', async () => {
  const { session, router } = await joined();
  const answers = [
    Payload.of([42]),
    undefined,
    Payload.of([1, 2]),
    Payload.of([], { a: 1 }),
    Payload.of(['v'], { a: 1 }),
  ];
  const results: unknown[] = [];
  for (const payload of answers) {
    const call = session.call('a.b');
    const { request } = await router.expect(Code.CALL);
    router.send({ code: Code.RESULT, request, details: {}, payload });
    results.push(await call);
  }
  expect(results).toEqual([42, undefined, new Result([1, 2]), new Result([], { a: 1 }), new Result(['v'], { a: 1 })]);
});

test('ERROR rejects with its URI, arguments and keyword arguments', async () => {
  const { session, router } = await joined();
  const call = session.call('a.b');
  const { request } = await router.expect(Code.CALL);
  router.send({
    code: Code.ERROR,
    requestType: Code.CALL,
    request,
    details: { d: 1 },
    error: 'shop.error.sold_out',
    payload: Payload.of(['no apples', 7], { sku: 'apple' }),
  });
  await expect(call).rejects.toMatchObject({
    uri: 'shop.error.sold_out',
    args: ['no apples', 7],
    kwargs: { sku: 'apple' },
    details: { d: 1 },
    message: 'shop.error.sold_out: no apples',
  });
});

test('aborting a call cancels it at the router, and a late result is ignored', async () => {
  const { session, router } = await joined();
  const controller = new AbortController();
  const call = session.call('a.b', [], { signal: controller.signal });
  const { request } = await router.expect(Code.CALL);
  controller.abort(new Error('changed my mind'));
  await expect(call).rejects.toThrow('changed my mind');
  expect(await router.expect(Code.CANCEL)).toMatchObject({ request, options: { mode: 'killnowait' } });
  router.send({ code: Code.RESULT, request, details: {} });
  await settled();
  expect(session.state.type).toBe('joined');
});

test('a router that cannot cancel is not asked to', async () => {
  const { session, router } = await joined({}, {});
  const controller = new AbortController();
  const call = session.call('a.b', [], { signal: controller.signal });
  await router.expect(Code.CALL);
  controller.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  await settled();
  expect(router.unread).toBe(0);
});

test('a call gives up after its own timeout, whatever the router does', async () => {
  const { session, router } = await joined();
  const call = session.call('a.b', [], { timeout: 1 });
  expect((await router.expect(Code.CALL)).options).toEqual({ timeout: 1 });
  await expect(call).rejects.toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('a.b') });
  await router.expect(Code.CANCEL);
});

test('what a handler returns or throws is what the caller gets', async () => {
  const reported: unknown[] = [];
  const { session, router } = await joined({ onError: (error) => reported.push(error) });
  const outcomes: (() => unknown)[] = [
    () => 'value',
    () => undefined,
    async () => new Result([1, 2], { a: 3 }),
    () => {
      throw new WampError('shop.error.sold_out', ['none left'], { sku: 'x' });
    },
    () => {
      throw new TypeError('a bug');
    },
    () => Symbol('unsendable'),
  ];
  const registering = session.register('a.b', (args) => outcomes[Number(args[0])]?.());
  const { request } = await router.expect(Code.REGISTER);
  router.send({ code: Code.REGISTERED, request, registration: 5 });
  await registering;

  const answer = async (index: number) => {
    router.send({
      code: Code.INVOCATION,
      request: index + 1,
      registration: 5,
      details: {},
      payload: Payload.of([index]),
    });
    return index < 3 ? await router.expect(Code.YIELD) : await router.expect(Code.ERROR);
  };
  expect((await answer(0)).payload?.values).toEqual({ args: ['value'], kwargs: undefined });
  expect((await answer(1)).payload).toBeUndefined();
  expect((await answer(2)).payload?.values).toEqual({ args: [1, 2], kwargs: { a: 3 } });
  expect(reported).toEqual([]);
  const soldOut = await answer(3);
  expect(soldOut).toMatchObject({ error: 'shop.error.sold_out', requestType: Code.INVOCATION });
  expect(soldOut.payload?.values).toEqual({ args: ['none left'], kwargs: { sku: 'x' } });
  expect(reported).toEqual([]);
  const bug = await answer(4);
  expect(bug).toMatchObject({ error: 'wigwag.error.runtime_error' });
  expect(bug.payload?.values.args).toEqual(['a bug']);
  expect(await answer(5)).toMatchObject({ error: 'wamp.error.invalid_argument' });
  expect(reported).toEqual([new TypeError('a bug'), expect.objectContaining({ code: 'UNENCODABLE' })]);
});

test('INTERRUPT aborts the handler and answers at once; what the handler still returns is dropped', async () => {
  const { session, router } = await joined();
  let finish: (value: string) => void = () => {};
  const reasons: unknown[] = [];
  const registering = session.register('a.b', (_, { signal }) => {
    signal.addEventListener('abort', () => reasons.push(signal.reason));
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 5 });
  await registering;
  router.send({ code: Code.INVOCATION, request: 1, registration: 5, details: {} });
  router.send({ code: Code.INTERRUPT, request: 1, options: { mode: 'kill' } });
  expect(await router.expect(Code.ERROR)).toMatchObject({ request: 1, error: 'wamp.error.canceled' });
  finish('too late');
  await settled();
  expect(router.unread).toBe(0);
  expect(reasons).toMatchObject([{ uri: 'wamp.error.canceled' }]);
});

test('an invocation that crossed UNREGISTER is answered, not left hanging', async () => {
  const { session, router } = await joined();
  const registering = session.register('a.b', () => 1);
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 5 });
  const registration = await registering;
  const gone = registration.unregister();
  const { request } = await router.expect(Code.UNREGISTER);
  router.send({ code: Code.INVOCATION, request: 1, registration: 5, details: {} });
  router.send({ code: Code.UNREGISTERED, request });
  expect(await router.expect(Code.ERROR)).toMatchObject({ error: 'wamp.error.no_such_registration' });
  await gone;
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

test('an event that asks for it is confirmed once all handlers have run without an error, to a router that offers that', async () => {
  const details = { roles: roles({ broker: ['x_acknowledged_event_delivery'], dealer: [] }) };
  const { session, router } = await joined({ onError: () => {} }, details);
  const other = await joined();
  let finish: () => void = () => {};
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const handler = (event: ReceivedEvent) => {
    if (event.args[0] === 'slow') return slow;
    if (event.args[0] === 'bad') throw new Error('no');
    return event.args[0] === 'late' ? Promise.reject(new Error('no')) : undefined;
  };
  const event = (publication: number, arg: string, more = { x_acknowledged_delivery: true }) =>
    ({ code: Code.EVENT, subscription: 7, publication, details: more, payload: Payload.of([arg]) }) as const;
  for (const each of [{ session, router }, other]) {
    const subscribing = each.session.subscribe('a.b', handler);
    const { request } = await each.router.expect(Code.SUBSCRIBE);
    each.router.send({ code: Code.SUBSCRIBED, request, subscription: 7 });
    await subscribing;
    each.router.send(event(1, 'good'));
  }
  expect(await router.expect(Code.EVENT_RECEIVED)).toMatchObject({ publication: 1 });
  router.send(event(2, 'slow'));
  router.send(event(3, 'bad'));
  router.send(event(4, 'late'));
  router.send(event(5, 'good', { x_acknowledged_delivery: false }));
  router.send(event(6, 'good'));
  expect(await router.expect(Code.EVENT_RECEIVED)).toMatchObject({ publication: 6 });
  finish();
  expect(await router.expect(Code.EVENT_RECEIVED)).toMatchObject({ publication: 2 });
  await settled();
  expect([router.unread, other.router.unread]).toEqual([0, 0]);
});
