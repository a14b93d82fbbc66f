import { Code, ErrorUri, MAX_ID } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import { inParts, metered, stage } from '../support/call-parts.js';
import { TestClock } from '../support/clock.js';

describe('credit', () => {
  test('passes both ways where both ends keep to it', async () => {
    const { router, caller, callee, registration } = await stage(metered, metered);
    caller.say(Code.CALL, 1, { receive_progress: true, progress: true, _credit: 16 }, 'a.b');
    expect(await callee.next(Code.INVOCATION)).toEqual([
      Code.INVOCATION,
      1,
      registration,
      { receive_progress: true, progress: true, _credit: 16 },
    ]);
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', ['in']);
    expect(await callee.next(Code.INVOCATION)).toEqual([
      Code.INVOCATION,
      1,
      registration,
      { receive_progress: true, progress: true },
      ['in'],
    ]);
    callee.say(Code.YIELD, 1, { progress: true, _credit: 8 });
    expect(await caller.next()).toEqual([Code.RESULT, 1, { progress: true, _credit: 8 }]);
    caller.say(Code.CALL, 1, {}, 'a.b');
    expect(await callee.next(Code.INVOCATION)).toEqual([Code.INVOCATION, 1, registration, { receive_progress: true }]);
    // The input is over, and parts of the answer are still granted.
    caller.say(Code.CALL, 1, { progress: true, _credit: 4 }, 'a.b');
    expect(await callee.next(Code.INVOCATION)).toEqual([
      Code.INVOCATION,
      1,
      registration,
      { progress: true, _credit: 4 },
    ]);
    callee.say(Code.YIELD, 1, {}, ['end']);
    expect(await caller.next()).toEqual([Code.RESULT, 1, {}, ['end']]);
    // And come late.
    caller.say(Code.CALL, 1, { progress: true, _credit: 4 }, 'a.b');
    callee.say(Code.YIELD, 1, { progress: true, _credit: 4 });
    await caller.settled();
    await callee.settled();
    expect(router.stats()).toMatchObject({ calls: 0, called: 1, violations: 0 });
  });

  test('granted for an answer in parts alone is no part of a call', async () => {
    const { router, caller, callee } = await stage(metered, metered);
    caller.say(Code.CALL, 1, { receive_progress: true, _credit: 16 }, 'a.b');
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ receive_progress: true, _credit: 16 });
    caller.say(Code.CALL, 1, { progress: true, _credit: 8 }, 'a.b');
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ progress: true, _credit: 8 });
    callee.say(Code.YIELD, 1, {});
    await caller.next(Code.RESULT);
    caller.say(Code.CALL, 1, { progress: true, _credit: 8 }, 'a.b');
    await caller.settled();
    expect(router.stats()).toMatchObject({ calls: 0, called: 1, violations: 0 });
  });

  test('a callee that does not keep to it sees none, and its caller may send as it likes', async () => {
    const { caller, callee, registration } = await stage(metered, inParts);
    caller.say(Code.CALL, 1, { receive_progress: true, progress: true, _credit: 16 }, 'a.b');
    expect(await caller.next()).toEqual([Code.RESULT, 1, { progress: true, _credit: MAX_ID }]);
    caller.say(Code.CALL, 1, { progress: true, _credit: 8 }, 'a.b');
    caller.say(Code.CALL, 1, {}, 'a.b', ['end']);
    expect(await callee.next(Code.INVOCATION)).toEqual([
      Code.INVOCATION,
      1,
      registration,
      { receive_progress: true, progress: true },
    ]);
    expect(await callee.next(Code.INVOCATION)).toEqual([
      Code.INVOCATION,
      1,
      registration,
      { receive_progress: true },
      ['end'],
    ]);
  });

  test('a caller that does not keep to it is granted none, and its callee is told of none', async () => {
    const { caller, callee } = await stage(inParts, metered);
    caller.say(Code.CALL, 1, { receive_progress: true, progress: true, _credit: 16 }, 'a.b', [1]);
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ receive_progress: true, progress: true });
    callee.say(Code.YIELD, 1, {}, ['end']);
    expect(await caller.next()).toEqual([Code.RESULT, 1, {}, ['end']]);
  });

  test('the time of a call does not begin anew with a grant', async () => {
    const clock = new TestClock();
    const { caller, callee } = await stage(metered, metered, { clock });
    caller.say(Code.CALL, 1, { receive_progress: true, progress: true, _credit: 16, timeout: 500 }, 'a.b');
    await callee.next(Code.INVOCATION);
    clock.advance(400);
    callee.say(Code.YIELD, 1, { progress: true, _credit: 8 });
    await caller.next(Code.RESULT);
    clock.advance(100);
    expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.TIMEOUT);
  });
});
