import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import type { RouterOptions } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { join } from '../support/memory.js';
import type { Peer } from '../support/peer.js';
import { until } from '../support/peer.js';

const PROCEDURE = 'a.work';
const features = { call_canceling: true, progressive_call_invocations: true, progressive_call_results: true };
const details = { roles: { caller: { features }, callee: { features } } };

/** A caller, workers whose calls are safe to repeat, and time that stands still. */
async function stage(count: number, more: Record<string, unknown> = {}, options: RouterOptions = {}) {
  const clock = new TestClock();
  const router = new Router({ clock, ...options });
  const caller = await join(router, { details });
  const worker = async (own: Record<string, unknown> = {}) => {
    const peer = await join(router, { details });
    await peer.register(PROCEDURE, { invoke: 'roundrobin', _idempotent: true, ...more, ...own });
    return peer;
  };
  const workers: Peer[] = [];
  for (let at = 0; at < count; at++) workers.push(await worker());
  const [one, two, three] = workers;
  if (!one) throw new Error('a stage has a worker');
  const call = (request: number, own: Record<string, unknown> = {}) =>
    caller.say(Code.CALL, request, own, PROCEDURE, [request]);
  return { clock, router, caller, call, worker, one, two: two ?? one, three: three ?? one };
}

/** Takes the next call. @returns INVOCATION.Request and the first argument */
async function take(worker: Peer): Promise<readonly [id: number, argument: unknown]> {
  const [, id, , , args] = await worker.next(Code.INVOCATION);
  return [Number(id), (args as unknown[])[0]];
}

test('a call that is lost with its worker goes to another, with all that it came with', async () => {
  const { router, caller, one, two } = await stage(2);
  caller.say(Code.CALL, 7, { disclose_me: true, receive_progress: true }, PROCEDURE, ['x'], { k: 1 });
  const [, , ...first] = await one.next(Code.INVOCATION);
  one.transport.terminate();
  const [, id, ...again] = await two.next(Code.INVOCATION);
  expect(again).toEqual(first);
  two.say(Code.YIELD, id, {}, ['done']);
  expect(await caller.next()).toEqual([Code.RESULT, 7, {}, ['done']]);
  expect(router.stats()).toMatchObject({ calls: 0, called: 1 });
});

test('one that is not safe to repeat ends where it was', async () => {
  const { caller, call, one, two } = await stage(2, { _idempotent: false });
  call(1);
  await take(one);
  one.transport.terminate();
  expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
  await two.settled();
  expect(two.of(Code.INVOCATION)).toEqual([]);
});

test('what the worker that was lost said counts, not what others say', async () => {
  const { caller, call, one, worker } = await stage(1, { _idempotent: false });
  const other = await worker({ _idempotent: true });
  call(1);
  await take(one);
  one.transport.terminate();
  expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
  expect(other.of(Code.INVOCATION)).toEqual([]);
});

test('it ends there too once a part of the answer was passed on, or was interrupted', async () => {
  const { caller, call, one, two } = await stage(2);
  call(1, { receive_progress: true });
  const [id] = await take(one);
  one.say(Code.YIELD, id, { progress: true }, ['part']);
  await caller.next(Code.RESULT);
  one.transport.terminate();
  expect((await caller.next(Code.ERROR)).slice(2, 5)).toEqual([1, {}, ErrorUri.CANCELED]);

  call(2);
  await take(two);
  caller.say(Code.CANCEL, 2, { mode: 'kill' });
  await two.next(Code.INTERRUPT);
  two.transport.terminate();
  expect((await caller.next(Code.ERROR)).slice(2, 5)).toEqual([2, {}, ErrorUri.CANCELED]);
});

test('one in parts goes to another as long as only its first was passed on, and the rest follows it', async () => {
  const { caller, one, two, three } = await stage(3);
  const part = (progress: boolean, value: string) => caller.say(Code.CALL, 1, { progress }, PROCEDURE, [value]);
  part(true, 'first');
  expect((await take(one))[1]).toBe('first');
  one.transport.terminate();
  expect((await take(two))[1]).toBe('first');
  part(true, 'second');
  expect((await take(two))[1]).toBe('second');
  two.transport.terminate();
  expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
  part(false, 'late');
  await three.settled();
  expect(three.of(Code.INVOCATION)).toEqual([]);
});

test('where the others are busy it waits, ahead of what came after it', async () => {
  const { router, call, one, two } = await stage(2, { concurrency: 1 });
  for (const request of [1, 2, 3, 4]) call(request);
  const lost = await take(one);
  const kept = await take(two);
  expect([lost[1], kept[1]]).toEqual([1, 2]);
  await until(() => router.stats().queuedCalls === 2);
  one.transport.terminate();
  await until(() => router.stats().queuedCalls === 3);
  let id = kept[0];
  for (const next of [1, 3, 4]) {
    two.say(Code.YIELD, id, {});
    const taken = await take(two);
    expect(taken[1]).toBe(next);
    id = taken[0];
  }
});

test('it waits though the queue is full', async () => {
  const { router, caller, call, one, two } = await stage(2, { concurrency: 1 }, { limits: { maxQueuedCalls: 1 } });
  for (const request of [1, 2, 3]) call(request);
  await take(one);
  await take(two);
  one.transport.terminate();
  await until(() => router.stats().queuedCalls === 2);
  call(4);
  expect((await caller.next(Code.ERROR)).slice(2, 5)).toEqual([4, {}, ErrorUri.UNAVAILABLE]);
});

test('its time goes on', async () => {
  const { clock, caller, call, one, two } = await stage(2);
  call(1, { timeout: 100 });
  await take(one);
  clock.advance(60);
  one.transport.terminate();
  await take(two);
  clock.advance(39);
  await caller.settled();
  expect(caller.of(Code.ERROR).filter(([, type]) => type === Code.CALL)).toEqual([]);
  clock.advance(1);
  expect((await two.next(Code.INTERRUPT))[1]).toBe(1);
  expect((await caller.next(Code.ERROR)).slice(2, 5)).toEqual([1, {}, ErrorUri.TIMEOUT]);
  expect(clock.pending).toBe(0);
});

test('it can be canceled where it went', async () => {
  const { caller, call, one, two } = await stage(2);
  call(1);
  await take(one);
  one.transport.terminate();
  const [id] = await take(two);
  caller.say(Code.CANCEL, 1, {});
  expect((await two.next(Code.INTERRUPT))[1]).toBe(id);
  expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
});

test('one that lost too many workers ends: it may be what they died of', async () => {
  const { router, caller, call, one, two, three } = await stage(3, {}, { limits: { maxReruns: 1 } });
  call(1);
  await take(one);
  one.transport.terminate();
  await take(two);
  two.transport.terminate();
  expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
  await three.settled();
  expect(three.of(Code.INVOCATION)).toEqual([]);
  expect(router.stats().calls).toBe(0);
});

test('with the last worker it ends, unless another registration matches', async () => {
  const { caller, call, one, worker, router } = await stage(1);
  call(1);
  await take(one);
  one.transport.terminate();
  expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);

  const broad = await join(router);
  await broad.register('a', { match: 'prefix' });
  const last = await worker();
  call(2);
  await take(last);
  last.transport.terminate();
  expect((await take(broad))[1]).toBe(2);
});

test('one with a resource key goes to the shard that its key belongs to now', async () => {
  const { call, worker } = await stage(1, { nkey: 'plain' });
  const [ada, bob] = [await worker({ nkey: 'ada' }), await worker({ nkey: 'bob' })];
  call(1, { rkey: 'ada' });
  await take(ada);
  const again = await worker({ nkey: 'ada' });
  ada.transport.terminate();
  expect((await take(again))[1]).toBe(1);
  await bob.settled();
  expect(bob.of(Code.INVOCATION)).toEqual([]);
});

test('several workers that die at once lose nothing', async () => {
  const { router, caller, call, one, two, three } = await stage(3, { concurrency: 2 });
  for (let request = 1; request <= 6; request++) call(request);
  await caller.settled();
  for (const worker of [one, two]) worker.transport.terminate();
  await until(() => router.stats().queuedCalls === 4);
  for (let answered = 0; answered < 6; answered++) three.say(Code.YIELD, (await take(three))[0], {});
  for (let answered = 0; answered < 6; answered++) await caller.next(Code.RESULT);
  expect(router.stats()).toMatchObject({ calls: 0, queuedCalls: 0, called: 6 });
});

test('what is kept of a call is given up when it ends, however it does', async () => {
  // Room for one call at a time.
  const limits = { maxQueuedBytes: 2_000 };
  const { caller, one, two } = await stage(2, { invoke: 'first' }, { limits });
  const ask = async (request: number) => {
    caller.say(Code.CALL, request, { receive_progress: true }, PROCEDURE, ['x'.repeat(1_000)]);
    const [id] = await take(one);
    return id;
  };
  const endings: ((id: number, request: number) => void)[] = [
    (id) => one.say(Code.YIELD, id, {}),
    (id) => one.say(Code.ERROR, Code.INVOCATION, id, {}, 'a.failed'),
    (id) => one.say(Code.YIELD, id, { progress: true }, ['part']),
    (_, request) => caller.say(Code.CANCEL, request, { mode: 'skip' }),
    (_, request) => caller.say(Code.CANCEL, request, { mode: 'killnowait' }),
  ];
  for (const [at, end] of endings.entries()) {
    end(await ask(1_000 + at), 1_000 + at);
    await one.settled();
    await caller.settled();
  }
  await ask(2_000);
  one.transport.terminate();
  await take(two);
});

test('one that there was no room to keep ends with its worker', async () => {
  const { caller, call, one, two } = await stage(2, {}, { limits: { maxQueuedBytes: 100 } });
  call(1);
  await take(one);
  one.transport.terminate();
  expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
  await two.settled();
  expect(two.of(Code.INVOCATION)).toEqual([]);
});
