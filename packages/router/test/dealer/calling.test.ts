import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';

test('disclosure that is forced names the caller though nobody asked', async () => {
  const router = new Router({ disclosure: { callers: 'force' } });
  const [caller, callee] = [await join(router), await join(router)];
  await callee.register('a.b');
  caller.say(Code.CALL, 1, {}, 'a.b');
  expect((await callee.next(Code.INVOCATION))[3]).toMatchObject({ caller: caller.id, caller_authrole: 'anonymous' });
});

test('disclosure that is refused refuses the caller that asks for it, and the callee', async () => {
  const router = new Router({ disclosure: { callers: 'refuse' } });
  const [caller, callee] = [await join(router), await join(router)];
  expect((await callee.ask(Code.REGISTER, { disclose_caller: true }, 'a.b'))[4]).toBe(ErrorUri.OPTION_NOT_ALLOWED);
  await callee.register('a.b');
  expect((await caller.ask(Code.CALL, { disclose_me: true }, 'a.b'))[4]).toBe(ErrorUri.DISCLOSE_ME_DISALLOWED);
  caller.say(Code.CALL, 2, {}, 'a.b');
  expect((await callee.next(Code.INVOCATION))[3]).toEqual({});
  expect(callee.of(Code.INVOCATION)).toHaveLength(1);
});

test('the trust in a caller stands in the details of its invocations, where there is something to say', async () => {
  const router = new Router({
    trustLevels: { callers: ({ authrole }, uri) => (uri === 'a.b' && authrole === 'anonymous' ? 3 : undefined) },
  });
  const [caller, callee] = [await join(router), await join(router)];
  await callee.register('a', { match: 'prefix' });
  caller.say(Code.CALL, 1, {}, 'a.b');
  caller.say(Code.CALL, 2, {}, 'a.c');
  expect((await callee.next(Code.INVOCATION))[3]).toEqual({ procedure: 'a.b', trustlevel: 3 });
  expect((await callee.next(Code.INVOCATION))[3]).toEqual({ procedure: 'a.c' });
});

test('a configuration that gives no level is reported, and the call goes without', async () => {
  const router = new Router({ trustLevels: { callers: () => -1 } });
  const errors: unknown[] = [];
  router.on('error', (error) => errors.push(error));
  const [caller, callee] = [await join(router), await join(router)];
  await callee.register('a.b');
  caller.say(Code.CALL, 1, {}, 'a.b');
  expect((await callee.next(Code.INVOCATION))[3]).toEqual({});
  expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('trustLevels.callers') })]);
});
