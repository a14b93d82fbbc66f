import { Code, ErrorUri, GAP, roles } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import type { Message, Peer } from '../support/peer.js';

const sealed = { ppt_scheme: 'x_test' };
const payload = [['sealed']];
const passthru = ['payload_passthru_mode'];
const all = roles({ publisher: passthru, subscriber: passthru, caller: passthru, callee: passthru });
const without = (role: 'publisher' | 'caller' | 'callee') => ({ roles: { ...all, [role]: { features: {} } } });

/** A callee that is being called, and who calls it. */
async function called(router: Router, details: Record<string, unknown>, callerDetails: Record<string, unknown>) {
  const [callee, caller] = [await join(router, { details }), await join(router, { details: callerDetails })];
  await callee.register('a.b');
  const answer = caller.ask(Code.CALL, {}, 'a.b');
  const [, invocation] = await callee.next(Code.INVOCATION);
  return { callee, answer, invocation };
}

/** Ends with ABORT that names the option. */
async function violated(peer: Peer, named: string): Promise<void> {
  const [, details, reason] = await peer.next(Code.ABORT);
  expect([reason, details]).toEqual([ErrorUri.PROTOCOL_VIOLATION, { message: expect.stringContaining(named) }]);
  await peer.closed;
}

test.each<[string, 'publisher' | 'caller', Message]>([
  ['PUBLISH.Options.ppt_scheme', 'publisher', [Code.PUBLISH, 1, sealed, 'a.b', ...payload]],
  ['CALL.Options.ppt_scheme', 'caller', [Code.CALL, 1, sealed, 'a.b', ...payload]],
  ['CALL.Options.progress', 'caller', [Code.CALL, 1, { progress: true }, 'a.b', []]],
])('%s of a %s that did not announce it is a violation', async (named, role, message) => {
  const peer = await join(new Router(), { details: without(role) });
  peer.say(...message);
  await violated(peer, named);
});

test.each<[string, (invocation: unknown) => Message]>([
  ['YIELD.Options.ppt_scheme', (invocation) => [Code.YIELD, invocation, sealed, ...payload]],
  ['ERROR.Details.ppt_scheme', (invocation) => [Code.ERROR, Code.INVOCATION, invocation, sealed, 'a.b', ...payload]],
])(
  '%s of a callee that did not announce it is a violation, and its caller is told that it is gone',
  async (named, say) => {
    const { callee, answer, invocation } = await called(new Router(), without('callee'), { roles: all });
    callee.say(...say(invocation));
    await violated(callee, named);
    expect((await answer)[4]).toBe(ErrorUri.CANCELED);
  },
);

test('a callee that did not announce to read opaque payloads is not called with one', async () => {
  const router = new Router();
  const callee = await join(router, { details: without('callee') });
  const caller = await join(router, { details: { roles: all } });
  await callee.register('a.b');
  expect((await caller.ask(Code.CALL, sealed, 'a.b', ...payload))[4]).toBe(ErrorUri.FEATURE_NOT_SUPPORTED);
  expect(callee.of(Code.INVOCATION)).toEqual([]);
});

test.each<[string, (invocation: unknown) => Message]>([
  ['YIELD', (invocation) => [Code.YIELD, invocation, sealed, ...payload]],
  ['ERROR', (invocation) => [Code.ERROR, Code.INVOCATION, invocation, sealed, 'a.b', ...payload]],
])('a caller that did not announce to read them is told so instead of being sent one, with %s', async (_, say) => {
  const { callee, answer, invocation } = await called(new Router(), { roles: all }, without('caller'));
  callee.say(...say(invocation));
  const [code, , , , error, args] = await answer;
  expect([code, error, args]).toEqual([
    Code.ERROR,
    ErrorUri.FEATURE_NOT_SUPPORTED,
    [expect.stringContaining('payload_passthru_mode')],
  ]);
  await callee.settled();
});

test('a subscriber that did not announce to read opaque payloads is sent none, live or retained; who can is', async () => {
  const router = new Router();
  const publisher = await join(router, { details: { roles: all } });
  const [able, unable] = [await join(router, { details: { roles: all } }), await join(router)];
  const told = await join(router, { details: { roles: roles({ subscriber: [GAP] }) } });
  for (const each of [able, unable, told]) await each.subscribe('a.b');
  const published = await publisher.ask(
    Code.PUBLISH,
    { ...sealed, acknowledge: true, retain: true },
    'a.b',
    ...payload,
  );
  expect((await able.next(Code.EVENT))[3]).toEqual(sealed);
  const [, , publication, details, args] = await told.next(Code.EVENT);
  expect([publication, details, args]).toEqual([
    published[2],
    { [GAP]: { count: 1, kept: 0, reason: ErrorUri.FEATURE_NOT_SUPPORTED } },
    undefined,
  ]);
  await unable.subscribe('a.', { match: 'prefix', get_retained: true });
  await unable.settled();
  expect(unable.of(Code.EVENT)).toEqual([]);
  expect(router.stats()).toMatchObject({ withheld: 3, delivered: 1 });
});

test('what a router does not announce it does not have', async () => {
  const peer = await join(new Router({ reflection: false }));
  for (const procedure of ['wamp.reflect.describe', 'wamp.reflection.topic.list', 'wamp.subscription.get_events']) {
    expect((await peer.ask(Code.CALL, {}, procedure, ['a']))[4]).toBe(ErrorUri.NO_SUCH_PROCEDURE);
  }
});

test('a call of `wamp.` that the router does not serve goes to no pattern of a client', async () => {
  const router = new Router();
  const [caller, impostor] = [await join(router), await join(router)];
  await impostor.register('', { match: 'prefix' });
  await impostor.register('..get_events', { match: 'wildcard' });
  expect((await caller.ask(Code.CALL, {}, 'wamp.subscription.get_events', [1]))[4]).toBe(ErrorUri.NO_SUCH_PROCEDURE);
  caller.say(Code.CALL, 9, {}, 'wampum.price');
  await impostor.next(Code.INVOCATION);
  expect(impostor.of(Code.INVOCATION)).toHaveLength(1);
});
