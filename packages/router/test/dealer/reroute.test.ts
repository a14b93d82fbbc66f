import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { RouterOptions } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { join } from '../support/memory.js';

const features = {
  call_canceling: true,
  call_reroute: true,
  progressive_call_invocations: true,
  progressive_call_results: true,
};
const details = { roles: { caller: { features }, callee: { features } } };

/** A caller, and callees that share `a.b`. */
async function stage(invoke: string, count: number, options: RouterOptions = {}, more: Record<string, unknown> = {}) {
  const router = new Router(options);
  const caller = await join(router, { details });
  const callees = [];
  for (let at = 0; at < count; at++) {
    const callee = await join(router, { details });
    await callee.register('a.b', { invoke, nkey: at, ...more });
    callees.push(callee);
  }
  const [one, two, three] = callees;
  if (!one) throw new Error('a stage has a callee');
  return { router, caller, callees, one, two: two ?? one, three: three ?? one };
}
type Callee = Awaited<ReturnType<typeof join>>;

/** Takes the next call. @returns its id and what it came with */
async function take(callee: Callee) {
  const [, id, , told, args] = await callee.next(Code.INVOCATION);
  return { id, told, args };
}
const unavailable = (callee: Callee, id: unknown) =>
  callee.say(Code.ERROR, Code.INVOCATION, id, {}, ErrorUri.UNAVAILABLE, ['busy']);

test.each([
  ['first', [0, 1, 2]],
  ['last', [2, 1, 0]],
  ['roundrobin', [0, 1, 2]],
  ['random', [1, 2, 0]],
  ['load', [0, 1, 2]],
])(
  'a call that a callee cannot attend to goes to the others, by the policy %s, and ends with none',
  async (policy, order) => {
    const { router, caller, callees } = await stage(policy, 3, { random: () => 0.5 });
    caller.say(Code.CALL, 7, { disclose_me: true }, 'a.b', ['x'], { k: 1 });
    for (const at of order) {
      const callee = callees[at];
      if (!callee) throw new Error('no such callee');
      const invocation = await callee.next(Code.INVOCATION);
      expect(invocation.slice(3)).toEqual([expect.objectContaining({ caller: caller.id }), ['x'], { k: 1 }]);
      unavailable(callee, invocation[1]);
    }
    const error = await caller.next(Code.ERROR);
    expect(error.slice(0, 5)).toEqual([Code.ERROR, Code.CALL, 7, {}, ErrorUri.NO_AVAILABLE_CALLEE]);
    expect(caller.heard.filter(([code]) => code === Code.ERROR)).toHaveLength(1);
    expect(router.stats()).toMatchObject({ calls: 0, called: 1 });
  },
);

describe('rerouting', () => {
  test('the answer of the one that takes the call is the answer', async () => {
    const { router, caller, one, two } = await stage('first', 2);
    caller.say(Code.CALL, 7, {}, 'a.b', ['x']);
    unavailable(one, (await take(one)).id);
    const { id } = await take(two);
    // What the first says behind its refusal is dropped.
    one.say(Code.YIELD, 1, {}, ['late']);
    two.say(Code.YIELD, id, {}, ['done']);
    expect(await caller.next(Code.RESULT)).toEqual([Code.RESULT, 7, {}, ['done']]);
    await one.settled();
    expect(router.stats()).toMatchObject({ calls: 0, violations: 0 });
  });

  test('a callee that serves alone has nobody beside it', async () => {
    for (const [policy, count] of [
      ['single', 1],
      ['roundrobin', 1],
    ] as const) {
      const { caller, one } = await stage(policy, count);
      caller.say(Code.CALL, 7, {}, 'a.b');
      unavailable(one, (await take(one)).id);
      expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.NO_AVAILABLE_CALLEE);
    }
  });

  test('is not done for a callee that did not announce call_reroute', async () => {
    const router = new Router();
    const [caller, one, two] = [await join(router), await join(router), await join(router)];
    for (const callee of [one, two]) await callee.register('a.b', { invoke: 'first' });
    caller.say(Code.CALL, 7, {}, 'a.b');
    unavailable(one, (await take(one)).id);
    expect(await caller.next(Code.ERROR)).toEqual([Code.ERROR, Code.CALL, 7, {}, ErrorUri.UNAVAILABLE, ['busy']]);
    await two.settled();
    expect(two.of(Code.INVOCATION)).toEqual([]);
  });

  test('is not done once a part of the answer went to the caller', async () => {
    const { caller, one, two } = await stage('first', 2);
    caller.say(Code.CALL, 7, { receive_progress: true }, 'a.b');
    const { id } = await take(one);
    one.say(Code.YIELD, id, { progress: true }, [1]);
    unavailable(one, id);
    expect(await caller.next(Code.RESULT)).toEqual([Code.RESULT, 7, { progress: true }, [1]]);
    expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.UNAVAILABLE);
    await two.settled();
    expect(two.of(Code.INVOCATION)).toEqual([]);
  });

  test('is not done once a callee was given more of a call in parts; before, all of it goes to the next', async () => {
    const { router, caller, one, two } = await stage('first', 2);
    caller.say(Code.CALL, 7, { progress: true }, 'a.b', [1]);
    unavailable(one, (await take(one)).id);
    const { id, told, args } = await take(two);
    expect([told, args]).toEqual([{ progress: true }, [1]]);
    caller.say(Code.CALL, 7, { progress: true }, 'a.b', [2]);
    expect((await take(two)).args).toEqual([2]);
    unavailable(two, id);
    expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.UNAVAILABLE);
    caller.say(Code.CALL, 7, {}, 'a.b', [3]);
    await caller.settled();
    expect(router.stats()).toMatchObject({ calls: 0, violations: 0 });
  });

  test('is not done for a call that its caller canceled', async () => {
    const { caller, one, two } = await stage('first', 2);
    caller.say(Code.CALL, 7, {}, 'a.b');
    const { id } = await take(one);
    caller.say(Code.CANCEL, 7, { mode: 'kill' });
    await one.next(Code.INTERRUPT);
    unavailable(one, id);
    expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.UNAVAILABLE);
    await two.settled();
    expect(two.of(Code.INVOCATION)).toEqual([]);
  });

  test('after which the call can be canceled where it is', async () => {
    const { router, caller, one, two } = await stage('first', 2);
    caller.say(Code.CALL, 7, {}, 'a.b');
    unavailable(one, (await take(one)).id);
    await take(two);
    caller.say(Code.CANCEL, 7, {});
    await two.next(Code.INTERRUPT);
    expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
    await one.settled();
    expect(one.of(Code.INTERRUPT)).toEqual([]);
    expect(router.stats().calls).toBe(0);
  });

  test('takes a call that addressed one worker to another', async () => {
    const { caller, two, callees } = await stage('random', 2);
    caller.say(Code.CALL, 7, { rkey: 1 }, 'a.b');
    unavailable(two, (await take(two)).id);
    const [one] = callees;
    if (!one) throw new Error('no such callee');
    one.say(Code.YIELD, (await take(one)).id, {});
    await caller.next(Code.RESULT);
  });

  test('leaves a caller no more time than it gave', async () => {
    const clock = new TestClock();
    const { caller, one, two } = await stage('first', 2, { clock });
    caller.say(Code.CALL, 7, { timeout: 500 }, 'a.b');
    const { id } = await take(one);
    clock.advance(300);
    unavailable(one, id);
    await take(two);
    clock.advance(199);
    await caller.settled();
    clock.advance(1);
    await two.next(Code.INTERRUPT);
    await caller.settled();
    expect(
      caller
        .of(Code.ERROR)
        .filter(([, , request]) => request === 7)
        .map((error) => error[4]),
    ).toEqual([ErrorUri.TIMEOUT]);
    expect(clock.pending).toBe(0);
  });

  test('waits for a callee that is busy, and not for the one that is not available', async () => {
    const { router, caller, one, two } = await stage('first', 2, {}, { concurrency: 1 });
    caller.say(Code.CALL, 1, {}, 'a.b', ['busy one']);
    caller.say(Code.CALL, 2, {}, 'a.b', ['busy two']);
    const [first, second] = [await take(one), await take(two)];
    unavailable(one, first.id);
    await one.settled();
    expect(router.stats()).toMatchObject({ calls: 2, queuedCalls: 1 });
    expect(one.of(Code.INVOCATION)).toHaveLength(1);
    two.say(Code.YIELD, second.id, {});
    const again = await take(two);
    expect(again.args).toEqual(['busy one']);
    two.say(Code.YIELD, again.id, {}, ['done']);
    await caller.next(Code.RESULT);
    expect(await caller.next(Code.RESULT)).toEqual([Code.RESULT, 1, {}, ['done']]);
  });

  test('ends when those that it waits for are gone', async () => {
    const { router, caller, one, two } = await stage('first', 2, {}, { concurrency: 1 });
    caller.say(Code.CALL, 1, {}, 'a.b');
    caller.say(Code.CALL, 2, {}, 'a.b');
    const [first] = [await take(one), await take(two)];
    unavailable(one, first.id);
    await one.settled();
    two.transport.terminate();
    const errors = [await caller.next(Code.ERROR), await caller.next(Code.ERROR)];
    expect(new Map(errors.map((error) => [error[2], error[4]]))).toEqual(
      new Map([
        [1, ErrorUri.NO_AVAILABLE_CALLEE],
        [2, ErrorUri.CANCELED],
      ]),
    );
    expect(router.stats()).toMatchObject({ calls: 0, queuedCalls: 0 });
  });

  test('keeps no more bytes than it may: what was not kept is not made again', async () => {
    const { router, caller, one, two } = await stage('first', 2, { limits: { maxQueuedBytes: 3_000 } });
    for (const request of [1, 2]) caller.say(Code.CALL, request, {}, 'a.b', ['x'.repeat(2_000)]);
    const [kept, other] = [await take(one), await take(one)];
    unavailable(one, other.id);
    expect((await caller.next(Code.ERROR)).slice(2, 5)).toEqual([2, {}, ErrorUri.NO_AVAILABLE_CALLEE]);
    unavailable(one, kept.id);
    two.say(Code.YIELD, (await take(two)).id, {});
    await caller.next(Code.RESULT);
    // And they are free again, however the calls ended.
    for (const end of ['yield', 'error', 'cancel', 'unavailable', 'leave']) {
      caller.say(Code.CALL, 9, {}, 'a.b', ['x'.repeat(2_000)]);
      const { id } = await take(one);
      if (end === 'yield') one.say(Code.YIELD, id, {});
      if (end === 'error') one.say(Code.ERROR, Code.INVOCATION, id, {}, 'com.app.error');
      if (end === 'cancel') caller.say(Code.CANCEL, 9, {});
      if (end === 'unavailable') {
        unavailable(one, id);
        two.say(Code.YIELD, (await take(two)).id, {});
      }
      if (end === 'leave') one.transport.terminate();
      await caller.next();
    }
    await two.settled();
    expect(router.stats().calls).toBe(0);
  });
});
