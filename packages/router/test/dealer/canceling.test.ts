import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';

describe('canceling', () => {
  test('skip answers the caller, leaves the callee alone and drops its late result', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b');
    caller.say(Code.CALL, 1, {}, 'a.b');
    await callee.next(Code.INVOCATION);
    caller.say(Code.CANCEL, 1, { mode: 'skip' });
    expect((await caller.next())[4]).toBe(ErrorUri.CANCELED);
    callee.say(Code.YIELD, 1, {}, ['late']);
    await callee.settled();
    await caller.settled();
    expect(callee.of(Code.INTERRUPT)).toEqual([]);
    expect(caller.of(Code.RESULT)).toEqual([]);
    expect(router.stats()).toMatchObject({ calls: 0, violations: 0 });
  });

  test('killnowait answers the caller at once and interrupts the callee', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b');
    caller.say(Code.CALL, 1, {}, 'a.b');
    await callee.next(Code.INVOCATION);
    caller.say(Code.CANCEL, 1, { mode: 'killnowait' });
    expect((await caller.next())[4]).toBe(ErrorUri.CANCELED);
    const reason = ErrorUri.CANCELED;
    expect(await callee.next(Code.INTERRUPT)).toEqual([Code.INTERRUPT, 1, { mode: 'killnowait', reason }]);
    callee.say(Code.ERROR, Code.INVOCATION, 1, {}, ErrorUri.CANCELED);
    await callee.settled();
    expect(caller.of(Code.ERROR)).toHaveLength(1);
  });

  test('kill interrupts the callee, and its answer, whichever it is, goes to the caller', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b');
    for (const request of [1, 2]) {
      caller.say(Code.CALL, request, {}, 'a.b');
      await callee.next(Code.INVOCATION);
      caller.say(Code.CANCEL, request, { mode: 'kill' });
      caller.say(Code.CANCEL, request, { mode: 'kill' });
      await callee.next(Code.INTERRUPT);
      await caller.settled();
      expect(router.stats().calls).toBe(1);
      if (request === 1) callee.say(Code.ERROR, Code.INVOCATION, request, {}, 'com.app.stopped');
      else callee.say(Code.YIELD, request, {}, ['won the race']);
    }
    expect((await caller.next(Code.ERROR)).slice(0, 5)).toEqual([Code.ERROR, Code.CALL, 1, {}, 'com.app.stopped']);
    expect(await caller.next(Code.RESULT)).toEqual([Code.RESULT, 2, {}, ['won the race']]);
    expect(callee.of(Code.INTERRUPT)).toHaveLength(2);
  });

  test.each(['kill', 'killnowait'])('%s falls back to skip where the callee did not announce it', async (mode) => {
    const router = new Router();
    const caller = await join(router);
    const callee = await join(router, { details: { roles: { callee: {} } } });
    await callee.register('a.b');
    caller.say(Code.CALL, 1, {}, 'a.b');
    await callee.next(Code.INVOCATION);
    caller.say(Code.CANCEL, 1, { mode });
    expect((await caller.next())[4]).toBe(ErrorUri.CANCELED);
    await callee.settled();
    expect(callee.of(Code.INTERRUPT)).toEqual([]);
  });

  test('the other spelling of the feature counts too', async () => {
    const router = new Router();
    const caller = await join(router);
    const callee = await join(router, { details: { roles: { callee: { features: { call_cancelling: true } } } } });
    await callee.register('a.b');
    caller.say(Code.CALL, 1, {}, 'a.b');
    await callee.next(Code.INVOCATION);
    caller.say(Code.CANCEL, 1, {});
    await callee.next(Code.INTERRUPT);
  });

  test('a call that is over cannot be canceled, and nothing is said about it', async () => {
    const caller = await join(new Router());
    caller.say(Code.CANCEL, 77, { mode: 'kill' });
    await caller.settled();
    expect(caller.heard).toHaveLength(2);
  });
});
