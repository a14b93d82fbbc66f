import { Code, ErrorUri, roles } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { join } from '../support/memory.js';

describe('timeouts', () => {
  test('the router ends a call that takes longer than it may, and interrupts the callee', async () => {
    const clock = new TestClock();
    const router = new Router({ clock });
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b');
    caller.say(Code.CALL, 1, { timeout: 500 }, 'a.b');
    await callee.next(Code.INVOCATION);
    clock.advance(499);
    await caller.settled();
    expect(caller.of(Code.ERROR).filter((message) => message[1] === Code.CALL)).toEqual([]);
    clock.advance(1);
    expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.TIMEOUT);
    await callee.next(Code.INTERRUPT);
    expect(clock.pending).toBe(0);
  });

  test('with progressive results the time counts from the last one, and an answer stops it', async () => {
    const clock = new TestClock();
    const router = new Router({ clock });
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b');
    caller.say(Code.CALL, 1, { timeout: 500, receive_progress: true }, 'a.b');
    await callee.next(Code.INVOCATION);
    for (let at = 0; at < 3; at++) {
      clock.advance(400);
      callee.say(Code.YIELD, 1, { progress: true }, [at]);
      expect((await caller.next(Code.RESULT))[3]).toEqual([at]);
    }
    callee.say(Code.YIELD, 1, {}, ['end']);
    expect((await caller.next(Code.RESULT))[3]).toEqual(['end']);
    expect(clock.pending).toBe(0);
  });

  const keepsTime = { details: { roles: roles({ callee: ['call_canceling', 'call_timeout'] }) } };

  test('forward_timeout: the callee is told the time, and keeps it; the router does not', async () => {
    const clock = new TestClock();
    const router = new Router({ clock });
    const [caller, callee] = [await join(router), await join(router, keepsTime)];
    await callee.register('a.b', { forward_timeout: true });
    caller.say(Code.CALL, 1, { timeout: 500 }, 'a.b');
    caller.say(Code.CALL, 2, {}, 'a.b');
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ timeout: 500 });
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({});
    expect(clock.pending).toBe(0);
    clock.advance(1_000);
    callee.say(Code.ERROR, Code.INVOCATION, 1, {}, ErrorUri.TIMEOUT);
    expect((await caller.next()).slice(0, 5)).toEqual([Code.ERROR, Code.CALL, 1, {}, ErrorUri.TIMEOUT]);
  });

  test('forward_timeout of a callee that did not announce call_timeout: the router keeps the time', async () => {
    const clock = new TestClock();
    const router = new Router({ clock });
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b', { forward_timeout: true });
    caller.say(Code.CALL, 1, { timeout: 500 }, 'a.b');
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({});
    clock.advance(500);
    expect((await caller.next()).slice(0, 5)).toEqual([Code.ERROR, Code.CALL, 1, {}, ErrorUri.TIMEOUT]);
    expect((await callee.next(Code.INTERRUPT))[2]).toMatchObject({ mode: 'killnowait' });
  });

  test('forward_timeout: what a call has waited for its callee is taken off', async () => {
    const clock = new TestClock();
    const router = new Router({ clock });
    const [caller, callee] = [await join(router), await join(router, keepsTime)];
    await callee.register('a.b', { forward_timeout: true, concurrency: 1 });
    for (const request of [1, 2]) caller.say(Code.CALL, request, { timeout: 500 }, 'a.b');
    await callee.next(Code.INVOCATION);
    await caller.settled();
    clock.advance(300);
    callee.say(Code.YIELD, 1, {});
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ timeout: 200 });
    expect(clock.pending).toBe(0);
  });
});
