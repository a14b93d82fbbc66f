import { cbor } from '@wigwag/core/serializer/cbor';
import { Code, ErrorUri, MAX_ID } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { Refusal, RouterOptions } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { aborted, inParts, metered, peer, stage, violation } from '../support/call-parts.js';
import { join } from '../support/memory.js';

describe('a call in parts', () => {
  test('goes to its callee part by part, under one id, until the last', async () => {
    const { router, caller, callee, registration } = await stage();
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', ['a'], { n: 1 });
    caller.say(Code.CALL, 2, {}, 'a.b', ['between']);
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', ['b']);
    caller.say(Code.CALL, 1, {}, 'a.b', ['c']);
    const parts = [];
    for (let at = 0; at < 4; at++) parts.push(await callee.next(Code.INVOCATION));
    expect(parts).toEqual([
      [Code.INVOCATION, 1, registration, { progress: true }, ['a'], { n: 1 }],
      [Code.INVOCATION, 2, registration, {}, ['between']],
      [Code.INVOCATION, 1, registration, { progress: true }, ['b']],
      [Code.INVOCATION, 1, registration, {}, ['c']],
    ]);
    callee.say(Code.YIELD, 1, {}, ['sum']);
    expect(await caller.next()).toEqual([Code.RESULT, 1, {}, ['sum']]);
    expect(router.stats()).toMatchObject({ calls: 1, called: 2 });
  });

  test('is answered in parts at the same time', async () => {
    const { caller, callee } = await stage();
    caller.say(Code.CALL, 1, { progress: true, receive_progress: true }, 'a.b', [1]);
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ progress: true, receive_progress: true });
    callee.say(Code.YIELD, 1, { progress: true }, ['one']);
    expect(await caller.next()).toEqual([Code.RESULT, 1, { progress: true }, ['one']]);
    caller.say(Code.CALL, 1, {}, 'a.b', [2]);
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ receive_progress: true });
    callee.say(Code.YIELD, 1, {}, ['end']);
    expect(await caller.next()).toEqual([Code.RESULT, 1, {}, ['end']]);
  });

  test('has the options of its first part, and no others', async () => {
    const passing = { ...inParts, payload_passthru_mode: true };
    const { caller, callee } = await stage(passing, passing);
    const frozen = { disclose_me: true, ppt_scheme: 'x_a', ppt_keyid: 'k' };
    caller.say(Code.CALL, 1, { progress: true, ...frozen }, 'a.b', [1]);
    caller.say(Code.CALL, 1, { progress: true, disclose_me: false, ppt_keyid: 'l', timeout: 1 }, 'a.b', [2]);
    caller.say(Code.CALL, 1, { rkey: 'other', receive_progress: true }, 'a.b', [3]);
    const told = {
      caller: caller.id,
      caller_authid: expect.any(String),
      caller_authrole: 'anonymous',
      ppt_scheme: 'x_a',
      ppt_keyid: 'k',
    };
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ progress: true, ...told });
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ progress: true, ...told });
    expect((await callee.next(Code.INVOCATION))[3]).toEqual(told);
  });

  test('of a pattern names the procedure with each part', async () => {
    const { caller, callee } = await stage();
    await callee.register('p', { match: 'prefix' });
    caller.say(Code.CALL, 1, { progress: true }, 'p.q', [1]);
    caller.say(Code.CALL, 1, {}, 'p.q', [2]);
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ progress: true, procedure: 'p.q' });
    expect((await callee.next(Code.INVOCATION))[3]).toEqual({ procedure: 'p.q' });
  });

  test('goes to one callee, of several that take turns', async () => {
    const router = new Router();
    const [caller, one, two] = [await join(router), await join(router), await join(router)];
    await one.register('a.b', { invoke: 'roundrobin' });
    await two.register('a.b', { invoke: 'roundrobin' });
    for (const request of [1, 2, 1, 2, 1]) caller.say(Code.CALL, request, { progress: true }, 'a.b', [request]);
    await caller.settled();
    expect(one.of(Code.INVOCATION).map((invocation) => invocation[4])).toEqual([[1], [1], [1]]);
    expect(two.of(Code.INVOCATION).map((invocation) => invocation[4])).toEqual([[2], [2]]);
  });

  test.each([
    ['call_canceling', { progressive_call_invocations: true }],
    ['progressive_call_invocations', { call_canceling: true }],
  ])('is refused, once, where the callee did not announce %s', async (missing, callee) => {
    const { router, caller } = await stage(inParts, callee);
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', [1]);
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', [2]);
    caller.say(Code.CALL, 1, {}, 'a.b', [3]);
    const error = await caller.next(Code.ERROR);
    expect([error[2], error[4]]).toEqual([1, ErrorUri.FEATURE_NOT_SUPPORTED]);
    expect(String(error[5])).toContain(missing);
    await caller.settled();
    expect(caller.of(Code.ERROR).filter(([, type]) => type === Code.CALL)).toHaveLength(1);
    expect(router.stats()).toMatchObject({ calls: 0, called: 0 });
  });

  test.each([
    ['to nobody', 'a.nobody', ErrorUri.NO_SUCH_PROCEDURE],
    ['to the router itself', 'wamp.session.count', ErrorUri.OPTION_NOT_ALLOWED],
    ['with a URI that is none', 'a..b', ErrorUri.INVALID_URI],
  ])('%s is refused once, whatever comes behind', async (_, procedure, error) => {
    const { caller } = await stage();
    for (let at = 0; at < 3; at++) caller.say(Code.CALL, 1, { progress: true }, procedure, [at]);
    caller.say(Code.CALL, 1, {}, procedure, ['end']);
    await caller.settled();
    expect(
      caller
        .of(Code.ERROR)
        .slice(0, -1)
        .map(([, , request, , uri]) => [request, uri]),
    ).toEqual([[1, error]]);
  });
});

test("a part, or a CANCEL, with the id of another session's call is no part of that, and ends nothing of it", async () => {
  const { router, caller, callee } = await stage();
  const stranger = await join(router, { details: peer(inParts, {}) });
  caller.say(Code.CALL, 7, { progress: true }, 'a.b', ['mine']);
  await callee.next(Code.INVOCATION);
  stranger.say(Code.CANCEL, 7, { mode: 'killnowait' });
  stranger.say(Code.CALL, 7, {}, 'a.b', ['not mine']);
  expect(await callee.next(Code.INVOCATION)).toMatchObject([Code.INVOCATION, 2, expect.any(Number), {}, ['not mine']]);
  callee.say(Code.YIELD, 2, {}, ['for the stranger']);
  expect(await stranger.next(Code.RESULT)).toEqual([Code.RESULT, 7, {}, ['for the stranger']]);
  caller.say(Code.CALL, 7, {}, 'a.b', ['mine too']);
  expect(await callee.next(Code.INVOCATION)).toMatchObject([Code.INVOCATION, 1, expect.any(Number), {}, ['mine too']]);
  callee.say(Code.YIELD, 1, {}, ['for the caller']);
  expect(await caller.next(Code.RESULT)).toEqual([Code.RESULT, 7, {}, ['for the caller']]);
  expect(callee.of(Code.INTERRUPT)).toEqual([]);
});

describe('a part that comes late', () => {
  test('for a call that was answered is dropped', async () => {
    const { router, caller, callee } = await stage();
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', [1]);
    await callee.next(Code.INVOCATION);
    callee.say(Code.YIELD, 1, {}, ['enough']);
    await caller.next(Code.RESULT);
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', [2]);
    caller.say(Code.CALL, 1, {}, 'a.b', [3]);
    await caller.settled();
    expect(callee.of(Code.INVOCATION)).toHaveLength(1);
    expect(caller.of(Code.ERROR).filter(([, type]) => type === Code.CALL)).toEqual([]);
    expect(router.stats()).toMatchObject({ calls: 0, violations: 0 });
  });

  test.each(['killnowait', 'skip'])(
    'behind CANCEL with mode %s is dropped, and its callee interrupted',
    async (mode) => {
      const { router, caller, callee } = await stage();
      caller.say(Code.CALL, 1, { progress: true }, 'a.b', [1]);
      caller.say(Code.CANCEL, 1, { mode });
      caller.say(Code.CALL, 1, {}, 'a.b', [2]);
      expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
      // It awaits more of the call, so that it has to hear of the end whatever the mode.
      await callee.next(Code.INTERRUPT);
      await caller.settled();
      expect(callee.of(Code.INVOCATION)).toHaveLength(1);
      expect(router.stats()).toMatchObject({ calls: 0, violations: 0 });
    },
  );

  test('behind CANCEL with mode kill is dropped, and the callee’s answer is the answer', async () => {
    const { router, caller, callee } = await stage();
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', [1]);
    caller.say(Code.CANCEL, 1, { mode: 'kill' });
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', [2]);
    caller.say(Code.CALL, 1, {}, 'a.b', [3]);
    await callee.next(Code.INTERRUPT);
    await caller.settled();
    expect(callee.of(Code.INVOCATION)).toHaveLength(1);
    callee.say(Code.ERROR, Code.INVOCATION, 1, {}, 'com.app.stopped');
    expect((await caller.next(Code.ERROR))[4]).toBe('com.app.stopped');
    expect(router.stats()).toMatchObject({ calls: 0, violations: 0 });
  });

  test('after its callee left is dropped', async () => {
    const { caller, callee } = await stage();
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', [1]);
    await callee.next(Code.INVOCATION);
    callee.transport.terminate();
    expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
    caller.say(Code.CALL, 1, {}, 'a.b', [2]);
    await caller.settled();
    expect(caller.of(Code.ERROR).filter(([, type]) => type === Code.CALL)).toHaveLength(1);
  });

  test('is known by its id for as many calls as may be open; an id beyond that is a new call', async () => {
    const { caller, callee } = await stage(inParts, inParts, { limits: { maxPendingCalls: 2 } });
    for (const request of [1, 2, 3]) {
      caller.say(Code.CALL, request, { progress: true }, 'a.b', [request]);
      const [, id] = await callee.next(Code.INVOCATION);
      callee.say(Code.YIELD, id, {});
      await caller.next(Code.RESULT);
    }
    for (const request of [3, 2, 1]) caller.say(Code.CALL, request, {}, 'a.b', ['again', request]);
    expect((await callee.next(Code.INVOCATION))[4]).toEqual(['again', 1]);
  });

  test('an id may be used again for a call that is none in parts', async () => {
    const { caller, callee } = await stage();
    for (const at of [1, 2]) {
      caller.say(Code.CALL, 7, {}, 'a.b', [at]);
      const [, id] = await callee.next(Code.INVOCATION);
      callee.say(Code.YIELD, id, {}, [at]);
      expect(await caller.next()).toEqual([Code.RESULT, 7, {}, [at]]);
    }
  });
});

describe('breaks the protocol:', () => {
  test.each([
    [
      'a part of a call that was whole',
      [
        [{}, 'a.b'],
        [{ progress: true }, 'a.b'],
      ],
      'still open',
    ],
    [
      'a part behind the last',
      [
        [{ progress: true }, 'a.b'],
        [{}, 'a.b'],
        [{ progress: true }, 'a.b'],
      ],
      'last part',
    ],
    [
      'a second last part',
      [
        [{ progress: true }, 'a.b'],
        [{}, 'a.b'],
        [{}, 'a.b'],
      ],
      'last part',
    ],
    [
      'a part that names another procedure',
      [
        [{ progress: true }, 'a.b'],
        [{ progress: true }, 'a.c'],
      ],
      'a.c',
    ],
    [
      'a part that names one of the router',
      [
        [{ progress: true }, 'a.b'],
        [{}, 'wamp.session.count'],
      ],
      'wamp.session',
    ],
  ])('%s', async (_, calls, text) => {
    const { router, caller, callee } = await stage();
    for (const [options, procedure] of calls) caller.say(Code.CALL, 1, options, procedure, [1]);
    expect(violation(await caller.next(Code.ABORT))).toEqual(aborted(text));
    await caller.closed;
    // Its caller is gone.
    await callee.next(Code.INTERRUPT);
    expect(router.stats()).toMatchObject({ calls: 0, sessions: 1 });
  });

  test.each(['a.b', 'a.nobody', 'wamp.session.count'])('a part of %s by a caller that announced none', async (uri) => {
    const { caller } = await stage({ call_canceling: true });
    caller.say(Code.CALL, 1, { progress: true }, uri, [1]);
    expect(violation(await caller.next(Code.ABORT))).toEqual(aborted('progressive_call_invocations'));
  });

  test.each([0, 1.5, -1, '8', MAX_ID + 2])('_credit: %j', async (credit) => {
    const { caller } = await stage(metered, metered);
    caller.say(Code.CALL, 1, { progress: true, _credit: credit }, 'a.b');
    expect(violation(await caller.next(Code.ABORT))).toEqual(aborted('_credit'));
  });
});

describe('a part that is refused', () => {
  const admit = (refusal: Refusal, asynchronous: boolean): RouterOptions => ({
    admit: (_member, message) => {
      const { payload } = message.code === Code.CALL ? message : {};
      const answer = payload?.values.args[0] === 'bad' ? refusal : undefined;
      return asynchronous ? Promise.resolve(answer) : answer;
    },
  });
  const refusal = { uri: ErrorUri.NOT_AUTHORIZED, message: 'not this' };

  test.each([false, true])('ends the call: one answer, one INTERRUPT (asynchronously: %j)', async (asynchronous) => {
    const { router, caller, callee } = await stage(inParts, inParts, admit(refusal, asynchronous));
    for (const part of ['good', 'bad', 'good', 'bad']) caller.say(Code.CALL, 1, { progress: true }, 'a.b', [part]);
    expect((await caller.next(Code.ERROR)).slice(2)).toEqual([1, {}, ErrorUri.NOT_AUTHORIZED, ['not this']]);
    expect((await callee.next(Code.INTERRUPT)).slice(0, 2)).toEqual([Code.INTERRUPT, 1]);
    await caller.settled();
    await callee.settled();
    expect(callee.of(Code.INVOCATION)).toHaveLength(1);
    expect(callee.of(Code.INTERRUPT)).toHaveLength(1);
    expect(caller.of(Code.ERROR).filter(([, type]) => type === Code.CALL)).toHaveLength(1);
    expect(router.stats()).toMatchObject({ calls: 0, violations: 0 });
  });

  test.each([false, true])('at its first is answered once (asynchronously: %j)', async (asynchronous) => {
    const { caller, callee } = await stage(inParts, inParts, admit(refusal, asynchronous));
    for (const part of ['bad', 'good', 'bad']) caller.say(Code.CALL, 1, { progress: true }, 'a.b', [part]);
    await caller.settled();
    expect(caller.of(Code.ERROR).filter(([, type]) => type === Code.CALL)).toHaveLength(1);
    expect(callee.of(Code.INVOCATION)).toEqual([]);
  });

  test('CANCEL ends a call whose parts still wait to be admitted', async () => {
    let release = () => {};
    const { caller, callee } = await stage(inParts, inParts, {
      admit: (_member, message) => {
        if (message.code !== Code.CALL || message.payload?.values.args[0] !== 'slow') return undefined;
        return new Promise((resolve) => {
          release = () => resolve(undefined);
        });
      },
    });
    for (const part of ['quick', 'slow', 'quick']) caller.say(Code.CALL, 1, { progress: true }, 'a.b', [part]);
    await callee.next(Code.INVOCATION);
    caller.say(Code.CANCEL, 1, { mode: 'kill' });
    await callee.next(Code.INTERRUPT);
    callee.say(Code.ERROR, Code.INVOCATION, 1, {}, 'com.app.stopped');
    expect((await caller.next(Code.ERROR))[4]).toBe('com.app.stopped');
    release();
    await caller.settled();
    expect(callee.of(Code.INVOCATION)).toHaveLength(1);
  });

  test('CANCEL of one that waits to be admitted answers it, and drops what is behind it', async () => {
    let release = () => {};
    const { caller, callee } = await stage(inParts, inParts, {
      admit: (_member, message) =>
        message.code === Code.CALL
          ? new Promise((resolve) => {
              release = () => resolve(undefined);
            })
          : undefined,
    });
    for (const part of [1, 2]) caller.say(Code.CALL, 1, { progress: true }, 'a.b', [part]);
    caller.say(Code.CANCEL, 1, {});
    expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
    release();
    await new Promise(setImmediate);
    release();
    await caller.settled();
    expect(callee.of(Code.INVOCATION)).toEqual([]);
    expect(caller.of(Code.ERROR).filter(([, type]) => type === Code.CALL)).toHaveLength(1);
  });

  test('because the callee cannot be sent it ends the call', async () => {
    const router = new Router();
    const [caller, callee] = [await join(router, { serializer: cbor() }), await join(router)];
    await callee.register('a.b');
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', [1]);
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', [Number.NaN]);
    expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
    await callee.next(Code.INTERRUPT);
    expect(router.stats().calls).toBe(0);
  });
});

describe('when one leaves', () => {
  test('the caller: the callee is interrupted with killnowait', async () => {
    const { router, caller, callee } = await stage();
    caller.say(Code.CALL, 1, { progress: true }, 'a.b', [1]);
    await callee.next(Code.INVOCATION);
    caller.transport.terminate();
    expect((await callee.next(Code.INTERRUPT))[2]).toMatchObject({ mode: 'killnowait' });
    await callee.settled();
    expect(router.stats()).toMatchObject({ calls: 0, sessions: 1 });
  });
});
