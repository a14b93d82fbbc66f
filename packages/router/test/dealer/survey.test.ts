import { cbor } from '@wigwag/core/serializer/cbor';
import { survey } from '@wigwag/core/session';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import type { RouterOptions } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { join } from '../support/memory.js';
import type { Message, Peer } from '../support/peer.js';
import { until } from '../support/peer.js';

const PROCEDURE = 'fleet.status';
const all = { invoke: 'all' };
const progress = { receive_progress: true };

/** So many callees of one survey, a caller, and time that stands still. */
async function fleet(count: number, options: RouterOptions = {}) {
  const clock = new TestClock();
  const router = new Router({ clock, ...options });
  const caller = await join(router);
  const callees: (Peer & { readonly id: number })[] = [];
  for (let at = 0; at < count; at++) {
    const callee = await join(router);
    await callee.register(PROCEDURE, all);
    callees.push(callee);
  }
  const ids = callees.map(({ id }) => id);
  /** Everybody has been asked. */
  const asked = async () => {
    for (const callee of callees) await callee.next(Code.INVOCATION);
  };
  return { clock, router, caller, callees, ids, asked };
}

/** The lists in a final RESULT. */
const outcome = (message: Message) => message[4];
const errorOf = (message: Message) => message[4];

test('every callee is asked once, each answer is a part that names who it is from, and the last message sums up', async () => {
  const { router, caller, callees, ids } = await fleet(3);
  caller.say(Code.CALL, 7, progress, PROCEDURE, ['how are you']);
  for (const callee of callees) {
    const [, id, , details, args] = await callee.next(Code.INVOCATION);
    // It answers once, so it is not asked for parts.
    expect([id, details, args]).toEqual([1, {}, ['how are you']]);
  }
  for (const at of [1, 0, 2]) {
    callees[at]?.say(Code.YIELD, 1, {}, [`fine ${at}`], { at });
    expect(await caller.next(Code.RESULT)).toEqual([
      Code.RESULT,
      7,
      { progress: true, _callee: ids[at] },
      [`fine ${at}`],
      { at },
    ]);
  }
  const answered = [ids[1], ids[0], ids[2]];
  expect(await caller.next(Code.RESULT)).toEqual([Code.RESULT, 7, {}, [], { answered, missing: [], errors: [] }]);
  for (const callee of callees) expect(callee.of(Code.INVOCATION)).toHaveLength(1);
  expect(router.stats().calls).toBe(0);
});

test('it needs receive_progress', async () => {
  const { caller, callees } = await fleet(1);
  const answer = await caller.ask(Code.CALL, {}, PROCEDURE);
  expect(errorOf(answer)).toBe(ErrorUri.OPTION_NOT_ALLOWED);
  expect(String(answer[5])).toContain('receive_progress');
  await callees[0]?.settled();
  expect(callees[0]?.of(Code.INVOCATION)).toEqual([]);
});

test('who is asked by it is not limited, and its calls are not made again', async () => {
  const peer = await join(new Router());
  for (const option of [{ concurrency: 1 }, { _idempotent: true }]) {
    const answer = await peer.ask(Code.REGISTER, { ...all, ...option }, PROCEDURE);
    expect(errorOf(answer)).toBe(ErrorUri.OPTION_NOT_ALLOWED);
    expect(String(answer[5])).toContain(Object.keys(option)[0]);
  }
});

test('the error of one callee, and the end of another’s session, end nothing', async () => {
  const { caller, callees, ids, asked } = await fleet(3);
  caller.say(Code.CALL, 1, progress, PROCEDURE);
  await asked();
  callees[0]?.say(Code.ERROR, Code.INVOCATION, 1, {}, 'fleet.broken', ['engine']);
  await callees[0]?.settled();
  callees[1]?.transport.terminate();
  await callees[1]?.closed;
  callees[2]?.say(Code.YIELD, 1, {}, ['fine']);
  expect((await caller.next())[2]).toEqual({ progress: true, _callee: ids[2] });
  expect(outcome(await caller.next())).toEqual({
    answered: [ids[2]],
    missing: [ids[0], ids[1]],
    errors: [
      { callee: ids[0], error: 'fleet.broken' },
      { callee: ids[1], error: ErrorUri.CANCELED },
    ],
  });
});

test('when the caller’s time is up it ends with what came until then, and who still works is interrupted', async () => {
  const { clock, router, caller, callees, ids, asked } = await fleet(2);
  caller.say(Code.CALL, 1, { ...progress, timeout: 100 }, PROCEDURE);
  await asked();
  clock.advance(99);
  callees[0]?.say(Code.YIELD, 1, {}, ['fine']);
  await caller.next(Code.RESULT);
  // A part gives it no more time.
  clock.advance(1);
  expect(outcome(await caller.next(Code.RESULT))).toMatchObject({ answered: [ids[0]], missing: [ids[1]] });
  const [, id, options] = (await callees[1]?.next(Code.INTERRUPT)) ?? [];
  expect([id, options]).toEqual([1, { mode: 'killnowait', reason: ErrorUri.TIMEOUT }]);
  callees[1]?.say(Code.YIELD, 1, {}, ['late']);
  await callees[1]?.settled();
  await caller.settled();
  expect(caller.of(Code.RESULT)).toHaveLength(2);
  expect(clock.pending).toBe(0);
  expect(router.stats()).toMatchObject({ calls: 0, violations: 0 });
});

test.each(['killnowait', 'skip'])('canceled with %s it ends at once', async (mode) => {
  const { router, caller, callees, asked } = await fleet(2);
  caller.say(Code.CALL, 1, progress, PROCEDURE);
  await asked();
  callees[0]?.say(Code.YIELD, 1, {}, ['fine']);
  await caller.next(Code.RESULT);
  caller.say(Code.CANCEL, 1, { mode });
  expect(errorOf(await caller.next(Code.ERROR))).toBe(ErrorUri.CANCELED);
  await callees[1]?.settled();
  expect(callees.map((callee) => callee.of(Code.INTERRUPT).length)).toEqual([0, mode === 'skip' ? 0 : 1]);
  expect(router.stats().calls).toBe(0);
});

test('canceled with kill it waits for the answers of those who were interrupted', async () => {
  const { caller, callees, ids, asked } = await fleet(2);
  for (const [request, last] of [
    [1, Code.ERROR],
    [2, Code.RESULT],
  ]) {
    caller.say(Code.CALL, request, progress, PROCEDURE);
    await asked();
    caller.say(Code.CANCEL, request, { mode: 'kill' });
    for (const callee of callees) await callee.next(Code.INTERRUPT);
    await caller.settled();
    callees[0]?.say(Code.YIELD, request, {}, ['too fast to be interrupted']);
    expect((await caller.next(Code.RESULT))[2]).toEqual({ progress: true, _callee: ids[0] });
    if (last === Code.ERROR) callees[1]?.say(Code.ERROR, Code.INVOCATION, request, {}, 'fleet.stopped');
    else {
      callees[1]?.say(Code.YIELD, request, {}, ['too fast as well']);
      await caller.next(Code.RESULT);
    }
    expect((await caller.next(last))[last === Code.ERROR ? 2 : 1]).toBe(request);
  }
});

test('when the caller leaves, everybody is interrupted, and nobody is waited for', async () => {
  const { clock, router, caller, callees, asked } = await fleet(2);
  caller.say(Code.CALL, 1, { ...progress, timeout: 1_000 }, PROCEDURE);
  await asked();
  caller.transport.terminate();
  for (const callee of callees) expect((await callee.next(Code.INTERRUPT))[1]).toBe(1);
  expect(router.stats()).toMatchObject({ calls: 0, sessions: 2 });
  expect(clock.pending).toBe(0);
});

test('one that unregistered after it was asked still answers, and one that came later is not asked', async () => {
  const { router, caller, callees, ids, asked } = await fleet(2);
  caller.say(Code.CALL, 1, progress, PROCEDURE);
  await asked();
  const late = await join(router);
  const registration = await late.register(PROCEDURE, all);
  for (const callee of callees) {
    await callee.ask(Code.UNREGISTER, registration);
    callee.say(Code.YIELD, 1, {});
    await callee.settled();
  }
  await caller.next(Code.RESULT);
  await caller.next(Code.RESULT);
  expect(outcome(await caller.next(Code.RESULT))).toMatchObject({ answered: ids, missing: [] });
  expect(late.of(Code.INVOCATION)).toEqual([]);
});

test('with a resource key it goes to all of that shard', async () => {
  const router = new Router();
  const caller = await join(router);
  const callees = [await join(router), await join(router), await join(router)];
  for (const [at, callee] of callees.entries())
    await callee.register(PROCEDURE, { ...all, nkey: at < 2 ? 'north' : 'south' });
  caller.say(Code.CALL, 1, { ...progress, rkey: 'north' }, PROCEDURE);
  await caller.settled();
  for (const callee of callees) await callee.settled();
  expect(callees.map((callee) => callee.of(Code.INVOCATION).length)).toEqual([1, 1, 0]);
});

test('who cannot be sent the question, and whose answer cannot be sent back, is missing, and says why', async () => {
  const router = new Router();
  const caller = await join(router, { serializer: cbor() });
  const [one, two] = [await join(router), await join(router, { serializer: cbor() })];
  for (const callee of [one, two]) await callee.register(PROCEDURE, all);
  caller.say(Code.CALL, 1, progress, PROCEDURE, [Number.NaN]);
  await two.next(Code.INVOCATION);
  two.say(Code.YIELD, 1, {}, ['not a number']);
  await caller.next(Code.RESULT);
  const invalid = (callee: { readonly id: number }) => ({ callee: callee.id, error: ErrorUri.INVALID_ARGUMENT });
  expect(outcome(await caller.next())).toEqual({ answered: [two.id], missing: [one.id], errors: [invalid(one)] });

  const plain = await join(router);
  plain.say(Code.CALL, 1, progress, PROCEDURE);
  const [, forOne] = await one.next(Code.INVOCATION);
  const [, forTwo] = await two.next(Code.INVOCATION);
  two.say(Code.YIELD, forTwo, {}, [Number.NaN]);
  await two.settled();
  one.say(Code.YIELD, forOne, {});
  await plain.next(Code.RESULT);
  expect(outcome(await plain.next())).toEqual({ answered: [one.id], missing: [two.id], errors: [invalid(two)] });
});

test('the caller may be one of those who are asked', async () => {
  const { caller, ids } = await fleet(0);
  expect(ids).toEqual([]);
  await caller.register(PROCEDURE, all);
  caller.say(Code.CALL, 9, progress, PROCEDURE);
  await caller.next(Code.INVOCATION);
  caller.say(Code.YIELD, 1, {}, ['me']);
  expect((await caller.next(Code.RESULT))[2]).toEqual({ progress: true, _callee: caller.id });
  expect(outcome(await caller.next(Code.RESULT))).toMatchObject({ answered: [caller.id] });
});

test('several run at a time, each under its own id, which cannot be used twice', async () => {
  const { caller, callees, asked } = await fleet(2);
  for (const request of [5, 6]) {
    caller.say(Code.CALL, request, progress, PROCEDURE);
    await asked();
  }
  for (const id of [2, 1]) for (const callee of callees) callee.say(Code.YIELD, id, {});
  const order: unknown[] = [];
  for (let at = 0; at < 6; at++) order.push((await caller.next(Code.RESULT))[1]);
  expect([...order].sort()).toEqual([5, 5, 5, 6, 6, 6]);
  caller.say(Code.CALL, 7, progress, PROCEDURE);
  caller.say(Code.CALL, 7, progress, PROCEDURE);
  expect((await caller.next(Code.ABORT))[2]).toBe(ErrorUri.PROTOCOL_VIOLATION);
});

test.each(['no procedure', 'nobody.serves.it'])(
  'a CALL of %j with the id of one that is open breaks the protocol, and is not answered beside it',
  async (procedure) => {
    const { caller, asked } = await fleet(1);
    caller.say(Code.CALL, 7, progress, PROCEDURE);
    await asked();
    caller.say(Code.CALL, 7, {}, procedure);
    expect((await caller.next(Code.ABORT))[2]).toBe(ErrorUri.PROTOCOL_VIOLATION);
    expect(caller.of(Code.ERROR)).toEqual([]);
  },
);

test('as many as may share it can answer at once, while its caller reads nothing', async () => {
  const router = new Router();
  const identity = { authid: 'test', authrole: 'test' };
  const callees = await Promise.all(Array.from({ length: 1_000 }, () => router.session('realm1', identity)));
  for (const callee of callees) await callee.register(PROCEDURE, () => 'fine', { invoke: 'all' });
  const asked = survey(await router.session('realm1', identity), PROCEDURE);
  const answers = asked[Symbol.asyncIterator]();
  const first = await answers.next();
  await until(() => router.stats().calls === 0);
  const heard = [first.value?.callee];
  for (let next = await answers.next(); !next.done; next = await answers.next()) heard.push(next.value.callee);
  expect(new Set(heard)).toEqual(new Set(callees.map(({ id }) => id)));
  expect(await asked.outcome).toMatchObject({ answered: heard, missing: [] });
  await router.close();
});

test('no more callees share a survey than the router allows', async () => {
  const { router, ids } = await fleet(2, { limits: { maxSurveyCallees: 2 } });
  expect(ids).toHaveLength(2);
  const answer = await (await join(router)).ask(Code.REGISTER, all, PROCEDURE);
  expect(errorOf(answer)).toBe(ErrorUri.LIMIT_EXCEEDED);
  expect(String(answer[5])).toContain('maxSurveyCallees');
});

test('a caller that reads its answers too slowly loses the survey before it loses its session', async () => {
  const { router, caller, callees, asked } = await fleet(3, { limits: { maxStreamOutbound: 1_000 } });
  caller.transport.pause();
  caller.say(Code.CALL, 1, progress, PROCEDURE);
  await asked();
  for (const callee of callees.slice(0, 2)) {
    callee.say(Code.YIELD, 1, {}, ['x'.repeat(900)]);
    await callee.settled();
  }
  expect(await callees[2]?.next(Code.INTERRUPT)).toEqual([
    Code.INTERRUPT,
    1,
    { mode: 'killnowait', reason: ErrorUri.UNAVAILABLE },
  ]);
  caller.transport.resume();
  expect(errorOf(await caller.next(Code.ERROR))).toBe(ErrorUri.UNAVAILABLE);
  expect(caller.of(Code.RESULT)).toHaveLength(1);
  expect(router.stats()).toMatchObject({ calls: 0, dropped: 0 });
});

test('a caller that reads nothing is dropped, and the callees are left in peace', async () => {
  const { router, caller, callees, asked } = await fleet(3, { limits: { maxOutbound: 1_000 } });
  caller.transport.pause();
  caller.say(Code.CALL, 1, progress, PROCEDURE);
  await asked();
  for (const callee of callees) callee.say(Code.YIELD, 1, {}, ['x'.repeat(900)]);
  await until(() => router.stats().sessions === 3);
  for (const callee of callees) await callee.settled();
  expect(router.stats()).toMatchObject({ calls: 0, dropped: 1, violations: 0 });
});
