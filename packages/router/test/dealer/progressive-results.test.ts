import { Code } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';

describe('progressive results', () => {
  test('come one by one, and the last ends the call', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b');
    caller.say(Code.CALL, 1, { receive_progress: true }, 'a.b');
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ receive_progress: true });
    callee.say(Code.YIELD, 1, { progress: true }, ['a']);
    callee.say(Code.YIELD, 1, { progress: true }, ['b']);
    callee.say(Code.YIELD, 1, {}, ['end']);
    expect(await caller.next()).toEqual([Code.RESULT, 1, { progress: true }, ['a']]);
    expect(await caller.next()).toEqual([Code.RESULT, 1, { progress: true }, ['b']]);
    expect(await caller.next()).toEqual([Code.RESULT, 1, {}, ['end']]);
  });

  test('a callee that announces no canceling, such as AutobahnJS, may give them all the same', async () => {
    const router = new Router();
    const caller = await join(router);
    const callee = await join(router, {
      details: { roles: { callee: { features: { progressive_call_results: true } } } },
    });
    await callee.register('a.b');
    caller.say(Code.CALL, 1, { receive_progress: true }, 'a.b');
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ receive_progress: true });
  });

  test('a callee that announces none, such as wampy, may give them where the caller asked for them', async () => {
    const router = new Router();
    const caller = await join(router);
    const callee = await join(router, { details: { roles: { callee: {} } } });
    await callee.register('a.b');
    caller.say(Code.CALL, 1, { receive_progress: true }, 'a.b');
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ receive_progress: true });
    callee.say(Code.YIELD, 1, { progress: true }, ['a part']);
    callee.say(Code.YIELD, 1, {}, ['end']);
    expect(await caller.next()).toEqual([Code.RESULT, 1, { progress: true }, ['a part']]);
    expect(await caller.next()).toEqual([Code.RESULT, 1, {}, ['end']]);
  });

  test('a caller that asked for none gets the result alone', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b');
    caller.say(Code.CALL, 1, {}, 'a.b');
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({});
    callee.say(Code.YIELD, 1, { progress: true }, ['nobody asked']);
    callee.say(Code.YIELD, 1, {}, ['end']);
    expect(await caller.next()).toEqual([Code.RESULT, 1, {}, ['end']]);
  });
});
