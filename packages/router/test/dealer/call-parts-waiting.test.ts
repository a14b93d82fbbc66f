import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { RouterOptions } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { aborted, violation } from '../support/call-parts.js';
import { join } from '../support/memory.js';

describe('a call in parts that waits for a place', () => {
  async function busy(options: RouterOptions = {}) {
    const router = new Router(options);
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b', { concurrency: 1 });
    caller.say(Code.CALL, 1, {}, 'a.b');
    await callee.next(Code.INVOCATION);
    return { router, caller, callee };
  }

  test('is made with all its parts, in order, once there is one', async () => {
    const { router, caller, callee } = await busy();
    for (const part of [1, 2]) caller.say(Code.CALL, 2, { progress: true }, 'a.b', [part]);
    caller.say(Code.CALL, 2, {}, 'a.b', [3]);
    await caller.settled();
    expect(router.stats()).toMatchObject({ calls: 2, queuedCalls: 1 });
    callee.say(Code.YIELD, 1, {});
    for (const part of [1, 2, 3]) expect((await callee.next(Code.INVOCATION))[4]).toEqual([part]);
    callee.say(Code.YIELD, 2, {}, ['end']);
    await caller.next(Code.RESULT);
    expect(await caller.next(Code.RESULT)).toEqual([Code.RESULT, 2, {}, ['end']]);
    expect(router.stats()).toMatchObject({ calls: 0, queuedCalls: 0 });
  });

  test('goes on where it went', async () => {
    const { caller, callee } = await busy();
    caller.say(Code.CALL, 2, { progress: true }, 'a.b', [1]);
    caller.say(Code.CALL, 2, { progress: true }, 'a.b', [2]);
    await caller.settled();
    callee.say(Code.YIELD, 1, {});
    await caller.next(Code.RESULT);
    caller.say(Code.CALL, 2, {}, 'a.b', [3]);
    for (const part of [1, 2, 3]) expect((await callee.next(Code.INVOCATION))[4]).toEqual([part]);
  });

  test('ends where its parts are more than may wait', async () => {
    const { router, caller } = await busy({ limits: { maxQueuedBytes: 4_000 } });
    for (let at = 0; at < 5; at++) caller.say(Code.CALL, 2, { progress: true }, 'a.b', ['x'.repeat(1_000)]);
    const error = await caller.next(Code.ERROR);
    expect([error[2], error[4]]).toEqual([2, ErrorUri.UNAVAILABLE]);
    await caller.settled();
    expect(router.stats()).toMatchObject({ calls: 1, queuedCalls: 0, violations: 0 });
    caller.say(Code.CALL, 3, {}, 'a.b', ['x'.repeat(1_000)]);
    await caller.settled();
    expect(router.stats()).toMatchObject({ calls: 2, queuedCalls: 1 });
  });

  test('a part behind the last, or of another procedure, breaks the protocol there too', async () => {
    const { caller } = await busy();
    caller.say(Code.CALL, 2, { progress: true }, 'a.b', [1]);
    caller.say(Code.CALL, 2, {}, 'a.c', [2]);
    expect(violation(await caller.next(Code.ABORT))).toEqual(aborted('a.c'));
  });
});

test('a session waits for so many calls at a time, those in a queue included', async () => {
  const router = new Router({ limits: { maxPendingCalls: 3 } });
  const [caller, other, callee] = [await join(router), await join(router), await join(router)];
  await callee.register('a.b', { concurrency: 2 });
  for (const request of [1, 2, 3, 4]) caller.say(Code.CALL, request, {}, 'a.b');
  const error = await caller.next(Code.ERROR);
  expect([error[2], error[4]]).toEqual([4, ErrorUri.LIMIT_EXCEEDED]);
  expect(String(error[5])).toContain('maxPendingCalls');
  other.say(Code.CALL, 1, {}, 'a.b');
  await callee.next(Code.INVOCATION);
  callee.say(Code.YIELD, 1, {});
  await caller.next(Code.RESULT);
  caller.say(Code.CALL, 5, {}, 'a.b');
  await caller.settled();
  expect(caller.of(Code.ERROR).filter(([, type]) => type === Code.CALL)).toHaveLength(1);
  expect(router.stats()).toMatchObject({ calls: 4, queuedCalls: 2 });
});
