import { cbor } from '@wigwag/core/serializer/cbor';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import { allRoles } from '../support/peer.js';

describe('registering', () => {
  test('a procedure has one callee, unless all share it in the same way', async () => {
    const router = new Router();
    const [one, two] = [await join(router), await join(router)];
    await one.register('a.b');
    const error = async (peer: typeof one, options: Record<string, unknown>, uri: string) =>
      (await peer.ask(Code.REGISTER, options, uri))[4];
    expect(await error(two, {}, 'a.b')).toBe(ErrorUri.PROCEDURE_ALREADY_EXISTS);
    expect(await error(two, { invoke: 'roundrobin' }, 'a.b')).toBe(ErrorUri.PROCEDURE_ALREADY_EXISTS);
    const shared = await one.register('a.c', { invoke: 'first' });
    expect(await error(two, { invoke: 'last' }, 'a.c')).toBe(ErrorUri.PROCEDURE_ALREADY_EXISTS);
    expect(await error(one, { invoke: 'first' }, 'a.c')).toBe(ErrorUri.PROCEDURE_ALREADY_EXISTS);
    expect(await two.register('a.c', { invoke: 'first' })).toBe(shared);
    expect(router.stats().registrations).toBe(2);
  });

  test.each(['bad uri', 'a..b', '', 'wamp.session.count'])('%j is no procedure', async (procedure) => {
    const router = new Router();
    const peer = await join(router);
    const [code, type, , , error] = await peer.ask(Code.REGISTER, {}, procedure);
    expect([code, type, error]).toEqual([Code.ERROR, Code.REGISTER, ErrorUri.INVALID_URI]);
  });

  test('UNREGISTER frees the procedure; what one does not hold one cannot give up', async () => {
    const router = new Router();
    const [one, two] = [await join(router), await join(router)];
    const id = await one.register('a.b');
    expect((await two.ask(Code.UNREGISTER, id))[4]).toBe(ErrorUri.NO_SUCH_REGISTRATION);
    expect((await one.ask(Code.UNREGISTER, id))[0]).toBe(Code.UNREGISTERED);
    expect((await one.ask(Code.UNREGISTER, id))[4]).toBe(ErrorUri.NO_SUCH_REGISTRATION);
    await two.register('a.b');
  });
});

describe('calling', () => {
  test('takes arguments to the callee, and its result back', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    const registration = await callee.register('a.sum');
    caller.say(Code.CALL, 7_000_000_001, {}, 'a.sum', [1, 2], { round: true });
    const invocation = await callee.next(Code.INVOCATION);
    expect(invocation).toEqual([Code.INVOCATION, 1, registration, {}, [1, 2], { round: true }]);
    callee.say(Code.YIELD, 1, {}, [3], { exact: true });
    expect(await caller.next()).toEqual([Code.RESULT, 7_000_000_001, {}, [3], { exact: true }]);
    expect(router.stats()).toMatchObject({ calls: 0, called: 1 });
  });

  test('takes the callee’s error back, with its arguments', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b');
    caller.say(Code.CALL, 5, {}, 'a.b');
    await callee.next(Code.INVOCATION);
    callee.say(Code.ERROR, Code.INVOCATION, 1, { d: 1 }, 'com.app.broken', ['why'], { code: 3 });
    expect(await caller.next()).toEqual([Code.ERROR, Code.CALL, 5, { d: 1 }, 'com.app.broken', ['why'], { code: 3 }]);
  });

  test('of a procedure that nobody has is answered so', async () => {
    const caller = await join(new Router());
    const answer = await caller.ask(Code.CALL, {}, 'a.nobody');
    expect(answer.slice(0, 5)).toEqual([Code.ERROR, Code.CALL, 1, {}, ErrorUri.NO_SUCH_PROCEDURE]);
    expect(answer[5]).toEqual(['nobody has registered a.nobody']);
  });

  test('of a pattern names the procedure that was called', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    const prefix = await callee.register('a.b', { match: 'prefix' });
    const wildcard = await callee.register('x..z', { match: 'wildcard' });
    caller.say(Code.CALL, 1, {}, 'a.bc');
    caller.say(Code.CALL, 2, {}, 'x.y.z');
    expect(await callee.next(Code.INVOCATION)).toEqual([Code.INVOCATION, 1, prefix, { procedure: 'a.bc' }]);
    expect(await callee.next(Code.INVOCATION)).toEqual([Code.INVOCATION, 2, wildcard, { procedure: 'x.y.z' }]);
  });

  test('several at a time are answered in any order', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b');
    for (const request of [11, 5, 8]) caller.say(Code.CALL, request, {}, 'a.b', [request]);
    for (let at = 0; at < 3; at++) await callee.next(Code.INVOCATION);
    for (const id of [3, 1, 2]) callee.say(Code.YIELD, id, {}, [id]);
    expect([await caller.next(), await caller.next(), await caller.next()].map((message) => message[1])).toEqual([
      8, 11, 5,
    ]);
  });

  test('disclose_me, or the callee’s disclose_caller, tells the callee who calls; else nothing does', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b');
    await callee.register('a.curious', { disclose_caller: true });
    caller.say(Code.CALL, 1, {}, 'a.b');
    caller.say(Code.CALL, 2, { disclose_me: true }, 'a.b');
    caller.say(Code.CALL, 3, {}, 'a.curious');
    const { authid, authrole } = caller.welcome[2] as Record<string, unknown>;
    const who = { caller: caller.id, caller_authid: authid, caller_authrole: authrole };
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({});
    expect((await callee.next(Code.INVOCATION))[3]).toEqual(who);
    expect((await callee.next(Code.INVOCATION))[3]).toEqual(who);
  });

  test.each([
    ['roundrobin', [0, 1, 2, 0, 1]],
    ['first', [0, 0, 0, 0, 0]],
    ['last', [2, 2, 2, 2, 2]],
    ['random', [1, 1, 1, 1, 1]],
  ] as const)('invoke: %s', async (invoke, expected) => {
    const router = new Router({ random: () => 0.5 });
    const caller = await join(router);
    const callees = [await join(router), await join(router), await join(router)];
    for (const callee of callees) await callee.register('a.b', { invoke });
    const order: number[] = [];
    for (const [at, callee] of callees.entries()) {
      void (async () => {
        for (;;) {
          const [, id] = await callee.next(Code.INVOCATION);
          order.push(at);
          callee.say(Code.YIELD, id, {});
        }
      })().catch(() => {});
    }
    for (let at = 0; at < 5; at++) await caller.ask(Code.CALL, {}, 'a.b');
    expect(order).toEqual(expected);
  });

  test('a result that the caller’s serializer cannot carry becomes an error', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router, { serializer: cbor() })];
    await callee.register('a.b');
    caller.say(Code.CALL, 1, {}, 'a.b');
    await callee.next(Code.INVOCATION);
    callee.say(Code.YIELD, 1, {}, [Number.NaN]);
    expect((await caller.next()).slice(0, 5)).toEqual([Code.ERROR, Code.CALL, 1, {}, ErrorUri.INVALID_ARGUMENT]);
    caller.say(Code.CALL, 2, {}, 'a.b');
    await callee.next(Code.INVOCATION);
    callee.say(Code.ERROR, Code.INVOCATION, 2, {}, 'com.app.broken', [Number.NaN]);
    expect((await caller.next()).slice(0, 5)).toEqual([Code.ERROR, Code.CALL, 2, {}, ErrorUri.INVALID_ARGUMENT]);
    expect(router.stats().calls).toBe(0);
  });

  test('arguments that the callee’s serializer cannot carry become an error for the caller', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router, { serializer: cbor() }), await join(router)];
    await callee.register('a.b');
    expect((await caller.ask(Code.CALL, {}, 'a.b', [Number.NaN]))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
    await callee.settled();
    expect(callee.of(Code.INVOCATION)).toEqual([]);
    expect(router.stats().calls).toBe(0);
  });
});

describe('leaving', () => {
  test('the callee: its open calls end with an error, and its procedures are free', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('a.b');
    caller.say(Code.CALL, 1, {}, 'a.b');
    await callee.next(Code.INVOCATION);
    callee.transport.terminate();
    expect((await caller.next()).slice(0, 5)).toEqual([Code.ERROR, Code.CALL, 1, {}, ErrorUri.CANCELED]);
    await caller.register('a.b');
  });

  test('the caller: its calls are interrupted where the callee announced that, and forgotten', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router), await join(router)];
    const simple = await join(router, { details: { roles: { callee: {} } } });
    await callee.register('a.b');
    await simple.register('a.c');
    caller.say(Code.CALL, 1, {}, 'a.b');
    caller.say(Code.CALL, 2, {}, 'a.c');
    await callee.next(Code.INVOCATION);
    await simple.next(Code.INVOCATION);
    caller.transport.terminate();
    expect((await callee.next(Code.INTERRUPT)).slice(0, 2)).toEqual([Code.INTERRUPT, 1]);
    callee.say(Code.YIELD, 1, {}, ['for nobody']);
    simple.say(Code.YIELD, 1, {}, ['for nobody']);
    await callee.settled();
    await simple.settled();
    expect(simple.of(Code.INTERRUPT)).toEqual([]);
    expect(router.stats()).toMatchObject({ calls: 0, violations: 0, sessions: 2 });
  });
});

describe('a callee', () => {
  test.each([
    ['YIELD', [Code.YIELD, 99, {}]],
    ['ERROR', [Code.ERROR, Code.INVOCATION, 99, {}, 'com.app.error']],
  ])('that answers by %s an invocation it was never sent breaks the protocol', async (_name, message) => {
    const router = new Router();
    const callee = await join(router);
    callee.say(...message);
    const abort = await callee.next();
    expect([abort[0], abort[2]]).toEqual([Code.ABORT, ErrorUri.PROTOCOL_VIOLATION]);
    await callee.closed;
  });

  test('that answers a call twice, or one of another callee, is heard once, or breaks the protocol', async () => {
    const router = new Router();
    const [caller, callee, other] = [await join(router), await join(router), await join(router)];
    await callee.register('a.b');
    caller.say(Code.CALL, 1, {}, 'a.b');
    const [, id] = await callee.next(Code.INVOCATION);
    callee.say(Code.YIELD, id, {}, ['first']);
    callee.say(Code.YIELD, id, {}, ['second']);
    callee.say(Code.ERROR, Code.INVOCATION, id, {}, 'com.app.error');
    expect(await caller.next()).toEqual([Code.RESULT, 1, {}, ['first']]);
    await callee.settled();
    other.say(Code.YIELD, id, {}, ['not mine']);
    expect((await other.next(Code.ABORT))[2]).toBe(ErrorUri.PROTOCOL_VIOLATION);
    await caller.settled();
    expect(caller.of(Code.RESULT)).toHaveLength(1);
    expect(router.stats()).toMatchObject({ calls: 0, sessions: 2, violations: 1 });
  });

  test('canceled by another session goes on: request ids are each session’s own', async () => {
    const router = new Router();
    const [caller, callee, other] = [await join(router), await join(router), await join(router)];
    await callee.register('a.b');
    caller.say(Code.CALL, 7, { progress: true }, 'a.b', ['mine']);
    const [, id] = await callee.next(Code.INVOCATION);
    other.say(Code.CANCEL, 7, { mode: 'kill' });
    // To the other it is a call of its own.
    other.say(Code.CALL, 7, {}, 'a.b', ['another']);
    expect((await callee.next(Code.INVOCATION)).slice(1)).toEqual([2, expect.any(Number), {}, ['another']]);
    await callee.settled();
    expect(callee.of(Code.INTERRUPT)).toEqual([]);
    callee.say(Code.YIELD, id, {}, ['done']);
    expect(await caller.next(Code.RESULT)).toEqual([Code.RESULT, 7, {}, ['done']]);
  });

  test('that sends ERROR for anything but an invocation breaks the protocol', async () => {
    const callee = await join(new Router());
    callee.say(Code.ERROR, Code.CALL, 1, {}, 'com.app.error');
    expect((await callee.next())[2]).toBe(ErrorUri.PROTOCOL_VIOLATION);
  });

  test('may call itself', async () => {
    const router = new Router();
    const peer = await join(router, { details: allRoles });
    await peer.register('a.b');
    peer.say(Code.CALL, 9, {}, 'a.b', ['me']);
    const [, id] = await peer.next(Code.INVOCATION);
    peer.say(Code.YIELD, id, {}, ['myself']);
    expect(await peer.next(Code.RESULT)).toEqual([Code.RESULT, 9, {}, ['myself']]);
  });
});

test('a CALL with the id of a call that is still open breaks the protocol', async () => {
  const router = new Router();
  const [caller, callee] = [await join(router), await join(router)];
  await callee.register('a.b');
  caller.say(Code.CALL, 4, {}, 'a.b');
  caller.say(Code.CALL, 4, {}, 'a.b');
  const abort = await caller.next(Code.ABORT);
  expect(abort[1]).toMatchObject({ message: expect.stringContaining('4') });
  expect(router.stats()).toMatchObject({ calls: 0, sessions: 1 });
});
