import { cbor } from '@wigwag/core/serializer/cbor';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import type { RouterOptions } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { join } from '../support/memory.js';
import type { Message, Peer } from '../support/peer.js';
import { until } from '../support/peer.js';

const PROCEDURE = 'a.work';

/** The arguments of the calls that a callee was sent. */
const heard = (peer: Peer) => peer.of(Code.INVOCATION).map((invocation) => (invocation[4] as unknown[])[0]);
const errorOf = (message: Message) => message[4];

/** A caller, and a router whose time stands still. */
async function stage(options: RouterOptions = {}) {
  const clock = new TestClock();
  const router = new Router({ clock, ...options });
  const caller = await join(router);
  let request = 1_000;
  /** @returns CALL.Request */
  const call = (argument: unknown, more: Record<string, unknown> = {}, by: Peer = caller) => {
    by.say(Code.CALL, ++request, more, PROCEDURE, [argument]);
    return request;
  };
  const worker = async (more: Record<string, unknown> = {}, details?: Record<string, unknown>) => {
    const peer = await join(router, { ...(details && { details }) });
    const registration = await peer.register(PROCEDURE, { invoke: 'roundrobin', concurrency: 1, ...more });
    return Object.assign(peer, { registration });
  };
  /** How the call with this request ended. */
  const end = (wanted: number) =>
    until(() => caller.heard.some((message) => idOf(message) === wanted)).then(() => {
      const message = caller.heard.find((candidate) => idOf(candidate) === wanted);
      return message?.[0] === Code.RESULT ? 'answered' : message && errorOf(message);
    });
  return { clock, router, caller, call, worker, end };
}

/** CALL.Request of an answer. */
const idOf = (message: Message) =>
  message[0] === Code.RESULT ? message[1] : message[0] === Code.ERROR && message[1] === Code.CALL && message[2];

test('a callee has no more calls at a time than it takes; the others wait, and come in their order', async () => {
  const { router, caller, call, worker } = await stage();
  const callee = await worker({ concurrency: 2 });
  for (const at of [1, 2, 3, 4, 5]) call(at);
  await caller.settled();
  await callee.settled();
  expect(heard(callee)).toEqual([1, 2]);
  expect(router.stats()).toMatchObject({ calls: 5, queuedCalls: 3 });
  callee.say(Code.YIELD, 2, {});
  await callee.settled();
  expect(heard(callee)).toEqual([1, 2, 3]);
  callee.say(Code.ERROR, Code.INVOCATION, 1, {}, 'a.failed');
  callee.say(Code.YIELD, 3, {});
  await callee.settled();
  expect(heard(callee)).toEqual([1, 2, 3, 4, 5]);
  for (const id of [4, 5]) callee.say(Code.YIELD, id, {});
  await callee.settled();
  await caller.settled();
  expect(caller.heard.filter(idOf).map(idOf)).toEqual([1_002, 1_001, 1_003, 1_004, 1_005]);
  expect(router.stats()).toMatchObject({ calls: 0, queuedCalls: 0 });
});

test('a part of an answer frees nothing', async () => {
  const { caller, call, worker } = await stage();
  const callee = await worker();
  call(1, { receive_progress: true });
  call(2);
  await callee.next(Code.INVOCATION);
  callee.say(Code.YIELD, 1, { progress: true }, ['part']);
  await caller.next(Code.RESULT);
  await callee.settled();
  expect(heard(callee)).toEqual([1]);
});

test('the first callee that has a place free takes the first call', async () => {
  const { caller, call, worker } = await stage();
  const callees = [await worker(), await worker()];
  for (const at of [1, 2, 3, 4]) call(at);
  await caller.settled();
  for (const at of [1, 0]) {
    callees[at]?.say(Code.YIELD, 1, {});
    await callees[at]?.settled();
  }
  expect(callees.map(heard)).toEqual([
    [1, 4],
    [2, 3],
  ]);
});

test('a callee that comes takes of what waits', async () => {
  const { caller, call, worker } = await stage();
  await worker();
  for (const at of [1, 2, 3, 4]) call(at);
  await caller.settled();
  const second = await worker({ concurrency: 2 });
  await second.settled();
  expect(heard(second)).toEqual([2, 3]);
  expect(second.heard.map(([code]) => code).indexOf(Code.REGISTERED)).toBeLessThan(
    second.heard.map(([code]) => code).indexOf(Code.INVOCATION),
  );
});

test.each(['skip', 'kill', 'killnowait'])('a call that waits and is canceled, %s, ends at once', async (mode) => {
  const { router, caller, call, worker, end } = await stage();
  const callee = await worker();
  call(1);
  const second = call(2);
  call(3);
  caller.say(Code.CANCEL, second, { mode });
  expect(await end(second)).toBe(ErrorUri.CANCELED);
  callee.say(Code.YIELD, 1, {});
  await callee.settled();
  expect(heard(callee)).toEqual([1, 3]);
  expect(callee.of(Code.INTERRUPT)).toEqual([]);
  expect(router.stats().queuedCalls).toBe(0);
});

test('the time that a caller sets runs while its call waits, and goes on at the callee', async () => {
  const { clock, router, call, worker, end } = await stage();
  const callee = await worker();
  call(1);
  const [short, long] = [call(2, { timeout: 100 }), call(3, { timeout: 200 })];
  await until(() => router.stats().queuedCalls === 2);
  clock.advance(100);
  expect(await end(short)).toBe(ErrorUri.TIMEOUT);
  callee.say(Code.YIELD, 1, {});
  await callee.settled();
  expect(heard(callee)).toEqual([1, 3]);
  clock.advance(99);
  await callee.settled();
  expect(callee.of(Code.INTERRUPT)).toEqual([]);
  clock.advance(1);
  expect(await end(long)).toBe(ErrorUri.TIMEOUT);
  expect((await callee.next(Code.INTERRUPT))[1]).toBe(2);
});

test('what a caller waits for is forgotten when it leaves, and the places that its calls held are free', async () => {
  const { router, call, worker } = await stage();
  const callee = await worker();
  const other = await join(router);
  call('leaves', {}, other);
  call('leaves too', {}, other);
  await other.settled();
  call('stays');
  await until(() => router.stats().queuedCalls === 2);
  other.transport.terminate();
  await until(() => callee.of(Code.INVOCATION).length === 2);
  expect(heard(callee)).toEqual(['leaves', 'stays']);
  expect(callee.of(Code.INTERRUPT)).toHaveLength(1);
  expect(router.stats()).toMatchObject({ calls: 1, queuedCalls: 0 });
});

test('a place is free once INTERRUPT asked for no answer, and otherwise when the callee has answered', async () => {
  const { caller, call, worker } = await stage();
  const callee = await worker();
  const first = call(1);
  const second = call(2);
  call(3);
  caller.say(Code.CANCEL, first, { mode: 'killnowait' });
  await caller.settled();
  await callee.settled();
  // Though the callee never answers the INTERRUPT, which it need not.
  expect(heard(callee)).toEqual([1, 2]);
  caller.say(Code.CANCEL, second, { mode: 'skip' });
  await caller.settled();
  await callee.settled();
  expect(heard(callee)).toEqual([1, 2]);
  callee.say(Code.YIELD, 2, {});
  await callee.settled();
  expect(heard(callee)).toEqual([1, 2, 3]);
});

test('a late answer to what was interrupted does not free a place twice', async () => {
  const { caller, call, worker } = await stage();
  const callee = await worker();
  caller.say(Code.CANCEL, call(1), { mode: 'killnowait' });
  call(2);
  call(3);
  await caller.settled();
  callee.say(Code.ERROR, Code.INVOCATION, 1, {}, ErrorUri.CANCELED);
  await callee.settled();
  expect(heard(callee)).toEqual([1, 2]);
});

test('a callee that cannot be interrupted keeps its place until it has answered', async () => {
  const { caller, call, worker } = await stage();
  const callee = await worker({}, { roles: { callee: {} } });
  const first = call(1);
  call(2);
  caller.say(Code.CANCEL, first, { mode: 'kill' });
  await caller.settled();
  await callee.settled();
  expect(heard(callee)).toEqual([1]);
  callee.say(Code.YIELD, 1, {});
  await callee.settled();
  expect(heard(callee)).toEqual([1, 2]);
});

test('when a callee leaves, what it had in progress is canceled, and what waits goes to the others', async () => {
  const { caller, call, worker, end } = await stage();
  const [one, two] = [await worker(), await worker()];
  const requests = [1, 2, 3].map((at) => call(at));
  await caller.settled();
  one.transport.terminate();
  expect(await end(requests[0] ?? 0)).toBe(ErrorUri.CANCELED);
  two.say(Code.YIELD, 1, {});
  await two.settled();
  expect(heard(two)).toEqual([2, 3]);
});

test('when the last callee is gone, what waits ends with no_available_callee', async () => {
  const { router, caller, call, worker, end } = await stage();
  const [leaving, unregistering] = [await worker(), await worker()];
  const requests = [1, 2, 3].map((at) => call(at));
  await caller.settled();
  await unregistering.ask(Code.UNREGISTER, unregistering.registration);
  leaving.transport.terminate();
  expect(await end(requests[2] ?? 0)).toBe(ErrorUri.NO_AVAILABLE_CALLEE);
  expect(await end(requests[0] ?? 0)).toBe(ErrorUri.CANCELED);
  // What it had taken before it unregistered it may still answer.
  unregistering.say(Code.YIELD, 1, {});
  expect(await end(requests[1] ?? 0)).toBe('answered');
  expect(router.stats()).toMatchObject({ calls: 0, queuedCalls: 0 });
});

test('when the last callee is gone and a pattern matches too, what waits goes there', async () => {
  const { router, caller, call, worker } = await stage();
  const callee = await worker();
  const broad = await join(router);
  await broad.register('a', { match: 'prefix' });
  for (const at of [1, 2]) call(at);
  await caller.settled();
  await callee.ask(Code.UNREGISTER, callee.registration);
  await broad.settled();
  expect(heard(broad)).toEqual([2]);
});

test('what waits goes to who takes the procedure over', async () => {
  const { caller, call, worker } = await stage();
  const former = await worker({ force_reregister: true });
  for (const at of [1, 2]) call(at);
  await caller.settled();
  const latter = await worker({ force_reregister: true });
  await latter.settled();
  expect([former, latter].map(heard)).toEqual([[1], [2]]);
});

test('a call with rkey waits for its own shard, and lets others pass', async () => {
  const { router, caller, call, worker } = await stage();
  const [one, two] = [await worker({ nkey: 'one' }), await worker({ nkey: 'two' })];
  call(1, { rkey: 'one' });
  call(2, { rkey: 'one' });
  call(3, { rkey: 'two' });
  call(4);
  await caller.settled();
  expect([one, two].map(heard)).toEqual([[1], [3]]);
  two.say(Code.YIELD, 1, {});
  await two.settled();
  expect([one, two].map(heard)).toEqual([[1], [3, 4]]);
  one.say(Code.YIELD, 1, {});
  await one.settled();
  expect(heard(one)).toEqual([1, 2]);
  expect(router.stats().queuedCalls).toBe(0);
});

test('a call with rkey whose shard is gone goes to another', async () => {
  const { caller, call, worker } = await stage();
  const [one, two] = [await worker({ nkey: 'one' }), await worker({ nkey: 'two' })];
  call(1, { rkey: 'one' });
  call(2, { rkey: 'one' });
  await caller.settled();
  expect(heard(two)).toEqual([]);
  one.transport.terminate();
  await until(() => heard(two).length > 0);
  expect(heard(two)).toEqual([2]);
});

test('no more calls of a registration wait than the router allows', async () => {
  const { router, caller, call, worker, end } = await stage({ limits: { maxQueuedCalls: 2 } });
  await worker();
  const requests = [1, 2, 3, 4].map((at) => call(at));
  expect(await end(requests[3] ?? 0)).toBe(ErrorUri.UNAVAILABLE);
  expect(String(caller.heard.find((message) => idOf(message) === requests[3])?.[5])).toContain('maxQueuedCalls');
  expect(router.stats()).toMatchObject({ calls: 3, queuedCalls: 2 });
  caller.say(Code.CANCEL, requests[1], {});
  call(5);
  await caller.settled();
  expect(router.stats().queuedCalls).toBe(2);
});

test('no more bytes of a realm wait than the router allows', async () => {
  const { router, caller, call, worker, end } = await stage({ limits: { maxQueuedBytes: 10_000 } });
  const callee = await worker();
  call('busy');
  const [fits, exceeds] = [call('x'.repeat(6_000)), call('x'.repeat(6_000))];
  expect(await end(exceeds)).toBe(ErrorUri.UNAVAILABLE);
  expect(String(caller.heard.find((message) => idOf(message) === exceeds)?.[5])).toContain('maxQueuedBytes');
  callee.say(Code.YIELD, 1, {});
  callee.say(Code.YIELD, 2, {});
  expect(await end(fits)).toBe('answered');
  call('busy again');
  call('x'.repeat(6_000));
  await caller.settled();
  expect(router.stats().queuedCalls).toBe(1);
});

test('options are bytes too, those that nobody knows among them', async () => {
  const { call, worker, end } = await stage({ limits: { maxQueuedBytes: 10_000 } });
  await worker();
  call('busy');
  expect(await end(call('small', { _note: 'x'.repeat(10_000) }))).toBe(ErrorUri.UNAVAILABLE);
});

test('how many calls wait is told by wamp.registration.get', async () => {
  const { caller, call, worker } = await stage();
  const { registration } = await worker();
  for (const at of [1, 2, 3]) call(at);
  const [, , , [details]] = (await caller.ask(Code.CALL, {}, 'wamp.registration.get', [registration])) as [
    number,
    number,
    object,
    [object],
  ];
  expect(details).toMatchObject({ uri: PROCEDURE, _queued: 2 });
});

test('the id of a call that waits cannot be used again', async () => {
  const { caller, call, worker } = await stage();
  await worker();
  call(1);
  const waiting = call(2);
  caller.say(Code.CALL, waiting, {}, PROCEDURE);
  const [, details, reason] = await caller.next(Code.ABORT);
  expect(reason).toBe(ErrorUri.PROTOCOL_VIOLATION);
  expect((details as { message: string }).message).toContain(String(waiting));
});

test('a call that waited and cannot be sent to the callee fails alone', async () => {
  const { router, worker } = await stage();
  const callee = await worker();
  const caller = await join(router, { serializer: cbor() });
  for (const [request, argument] of [
    [1, 'busy'],
    [2, Number.NaN],
    [3, 'fine'],
  ]) {
    caller.say(Code.CALL, request, {}, PROCEDURE, [argument]);
  }
  await caller.settled();
  callee.say(Code.YIELD, 1, {});
  await caller.next(Code.RESULT);
  expect((await caller.next(Code.ERROR)).slice(2, 5)).toEqual([2, {}, ErrorUri.INVALID_ARGUMENT]);
  await callee.settled();
  expect(heard(callee)).toEqual(['busy', 'fine']);
});
