import { expect, test, vi } from 'vitest';
import { Result } from '../../src/session/index.js';
import { Code, Payload, roles } from '../../src/wire/index.js';
import type { ScriptedRouter } from '../support/scripted-router.js';
import { joined, settled } from '../support/scripted-router.js';

/** A dealer that does streams, and keeps to credit or not. */
const streams = (credit: boolean) => ({
  roles: roles({
    dealer: [
      'call_canceling',
      'progressive_call_invocations',
      'progressive_call_results',
      ...(credit ? ['_credit'] : []),
    ],
  }),
});

function part(router: ScriptedRouter, request: number, value: unknown): void {
  router.send({ code: Code.RESULT, request, details: { progress: true }, payload: Payload.of([value]) });
}
function final(router: ScriptedRouter, request: number, value: unknown): void {
  router.send({ code: Code.RESULT, request, details: {}, payload: Payload.of([value]) });
}

test('the parts are iterated over, in order, and the last answer is the result', async () => {
  const { session, router } = await joined({}, streams(false));
  const stream = session.stream('a.b', [7], { kwargs: { x: 1 } });
  const call = await router.expect(Code.CALL);
  expect(call.options).toEqual({ receive_progress: true });
  expect(call.payload?.values).toEqual({ args: [7], kwargs: { x: 1 } });
  for (const value of [1, 2, 3]) part(router, call.request, value);
  final(router, call.request, 'done');
  const parts: unknown[] = [];
  for await (const { args } of stream) parts.push(args[0]);
  expect(parts).toEqual([1, 2, 3]);
  expect(await stream.result).toEqual(new Result(['done']));
});

test('breaking out of the iteration cancels the call', async () => {
  const { session, router } = await joined({}, streams(false));
  const stream = session.stream('a.b');
  const { request } = await router.expect(Code.CALL);
  part(router, request, 1);
  for await (const _ of stream) break;
  expect(await router.expect(Code.CANCEL)).toMatchObject({ request });
  await expect(stream.result).rejects.toMatchObject({ uri: 'wamp.error.canceled' });
});

test('an error ends the iteration and rejects the result; unread, it raises nothing', async () => {
  const { session, router } = await joined({}, streams(false));
  const [read, unread] = [session.stream('a.b'), session.stream('c.d')];
  for (let i = 0; i < 2; i++) {
    const { request } = await router.expect(Code.CALL);
    router.send({ code: Code.ERROR, requestType: Code.CALL, request, details: {}, error: 'shop.error.no' });
  }
  await expect(read[Symbol.asyncIterator]().next()).rejects.toMatchObject({ uri: 'shop.error.no' });
  await expect(read.result).rejects.toMatchObject({ uri: 'shop.error.no' });
  expect(unread.isOver).toBe(true);
});

test('a parts reader grants credit as it reads, and no faster', async () => {
  const { session, router } = await joined({}, streams(true));
  const stream = session.stream('a.b');
  const { request, options } = await router.expect(Code.CALL);
  expect(options).toEqual({ receive_progress: true, _credit: 16 });
  for (let i = 0; i < 16; i++) part(router, request, i);
  await settled();
  expect(router.unread).toBe(0);
  const reader = stream[Symbol.asyncIterator]();
  for (let i = 0; i < 8; i++) await reader.next();
  const grant = await router.expect(Code.CALL);
  expect(grant).toMatchObject({ request, options: { progress: true, _credit: 8 } });
  expect(grant.payload).toBeUndefined();
  final(router, request, 'done');
});

test('who only awaits the result does not keep the parts, nor hold the callee up', async () => {
  const { session, router } = await joined({}, streams(true));
  const { result } = session.stream('a.b');
  const { request } = await router.expect(Code.CALL);
  for (let i = 0; i < 16; i++) part(router, request, i);
  expect(await router.expect(Code.CALL)).toMatchObject({ options: { _credit: 8 } });
  final(router, request, 'done');
  expect((await result).args).toEqual(['done']);
});

test('input is sent chunk by chunk, no further than its credit, and then ended', async () => {
  const { session, router } = await joined({}, streams(true));
  let produced = 0;
  async function* input() {
    for (; produced < 40; produced++) yield produced === 1 ? new Result([1, 'one'], { k: 1 }) : produced;
  }
  const stream = session.stream('a.b', ['first'], { input: input() });
  const { request, options } = await router.expect(Code.CALL);
  expect(options).toEqual({ receive_progress: true, progress: true, _credit: 16 });
  const chunks: unknown[] = [];
  for (let i = 0; i < 16; i++) chunks.push((await router.expect(Code.CALL)).payload?.values);
  expect(chunks.slice(0, 3)).toEqual([
    { args: [0], kwargs: undefined },
    { args: [1, 'one'], kwargs: { k: 1 } },
    { args: [2], kwargs: undefined },
  ]);
  await settled();
  expect(router.unread).toBe(0);
  expect(produced).toBeLessThan(18);

  router.send({ code: Code.RESULT, request, details: { progress: true, _credit: 100 } });
  for (let i = 16; i < 40; i++) expect((await router.expect(Code.CALL)).options).toEqual({ progress: true });
  const end = await router.expect(Code.CALL);
  expect([end.request, end.options, end.payload]).toEqual([request, {}, undefined]);
  final(router, request, 'sum');
  expect((await stream.result).args).toEqual(['sum']);
});

test('who reads large parts grants more at each, and not at half a window', async () => {
  const { session, router } = await joined({}, streams(true));
  const stream = session.stream('a.b');
  const { request } = await router.expect(Code.CALL);
  const reader = stream[Symbol.asyncIterator]();
  part(router, request, 'x'.repeat(200_000));
  await reader.next();
  expect(await router.expect(Code.CALL)).toMatchObject({ options: { _credit: 1 } });
  final(router, request, 'done');
});

test('input goes without credit where the router grants 2^53 chunks', async () => {
  const { session, router } = await joined({}, streams(true));
  const input = Array.from({ length: 40 }, () => 'x'.repeat(200_000));
  const stream = session.stream('a.b', [], { input });
  const { request } = await router.expect(Code.CALL);
  for (let at = 0; at < 11; at++) await router.expect(Code.CALL);
  await settled();
  // 2 MiB are under way.
  expect(router.unread).toBe(0);
  router.send({ code: Code.RESULT, request, details: { progress: true, _credit: 2 ** 53 } });
  for (let at = 11; at < 41; at++) await router.expect(Code.CALL);
  final(router, request, 'done');
  await stream.result;
});

test('an input that throws cancels the call, and its error is the result', async () => {
  const { session, router } = await joined({}, streams(true));
  const stream = session.stream('a.b', [], {
    input: {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('the disk is gone')) }),
    },
  });
  const { request } = await router.expect(Code.CALL);
  expect(await router.expect(Code.CANCEL)).toMatchObject({ request });
  await expect(stream.result).rejects.toThrow('the disk is gone');
});

test('a web ReadableStream is input too, and is canceled when the call is over first', async () => {
  const { session, router } = await joined({}, streams(true));
  let canceled = false;
  const reads = [
    { done: false, value: 'a' },
    { done: false, value: 'b' },
  ];
  const input = {
    getReader: () => ({
      read: async () => reads.shift() ?? new Promise<never>(() => {}),
      cancel: async () => {
        canceled = true;
      },
    }),
  };
  const stream = session.stream('a.b', [], { input });
  await router.expect(Code.CALL);
  for (const value of ['a', 'b']) expect((await router.expect(Code.CALL)).payload?.values.args).toEqual([value]);
  stream.cancel(new Error('enough'));
  await router.expect(Code.CANCEL);
  await expect(stream.result).rejects.toThrow('enough');
  await settled();
  expect(canceled).toBe(true);
});

test('input needs a router that takes it', async () => {
  const { session } = await joined({}, {});
  await expect(session.stream('a.b', [], { input: [1] }).result).rejects.toMatchObject({
    code: 'FEATURE_NOT_SUPPORTED',
  });
});

test('a callee sends parts by progress or by yielding them, and reads its input, all at once', async () => {
  const { session, router } = await joined({}, streams(true));
  const registering = session.register('sum', async function* (args, { input }) {
    let sum = Number(args[0]);
    for await (const chunk of input) {
      sum += Number(chunk.args[0]);
      yield sum;
    }
    return new Result([sum], { done: true });
  });
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 5 });
  await registering;
  const invoke = (details: object, value?: unknown) =>
    router.send({
      code: Code.INVOCATION,
      request: 1,
      registration: 5,
      details: { ...details },
      payload: value === undefined ? undefined : Payload.of([value]),
    });
  invoke({ progress: true, receive_progress: true, _credit: 16 }, 1);
  invoke({ progress: true }, 2);
  invoke({ progress: true }, 3);
  invoke({}, 4);
  const yields = [];
  for (let i = 0; i < 4; i++) yields.push(await router.expect(Code.YIELD));
  expect(yields.map(({ options, payload }) => [options.progress, payload?.values])).toEqual([
    [true, { args: [3], kwargs: undefined }],
    [true, { args: [6], kwargs: undefined }],
    [true, { args: [10], kwargs: undefined }],
    [undefined, { args: [10], kwargs: { done: true } }],
  ]);
});

test('a callee sends no more parts than it has credit for, and none that were not asked for', async () => {
  const { session, router } = await joined({}, streams(true));
  const registering = session.register('count', async (_, { progress }) => {
    for (let i = 0; i < 5; i++) await progress(i);
    return 'done';
  });
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 5 });
  await registering;
  const invoke = (request: number, details: object) =>
    router.send({ code: Code.INVOCATION, request, registration: 5, details: { ...details } });
  invoke(1, { receive_progress: true, _credit: 2 });
  await router.expect(Code.YIELD);
  await router.expect(Code.YIELD);
  await settled();
  expect(router.unread).toBe(0);
  invoke(1, { progress: true, _credit: 3 });
  for (let i = 2; i < 5; i++) expect((await router.expect(Code.YIELD)).payload?.values.args).toEqual([i]);
  expect((await router.expect(Code.YIELD)).options.progress).toBeUndefined();

  invoke(2, {});
  expect((await router.expect(Code.YIELD)).payload?.values.args).toEqual(['done']);
});

test('a chunk that comes late for a call that is over is dropped, not taken for a new call', async () => {
  const { session, router } = await joined({}, streams(true));
  let calls = 0;
  const registering = session.register('once', () => {
    calls++;
    return 'done';
  });
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 5 });
  await registering;
  const invoke = () =>
    router.send({
      code: Code.INVOCATION,
      request: 1,
      registration: 5,
      details: { progress: true },
      payload: Payload.of([1]),
    });
  invoke();
  await router.expect(Code.YIELD);
  invoke();
  await settled();
  expect([calls, router.unread]).toEqual([1, 0]);
});

test('a callee that keeps the time itself ends the call when it is up, and counts anew from each part', async () => {
  const { session, router } = await joined(
    {},
    { roles: roles({ dealer: ['call_timeout', 'progressive_call_results'] }) },
  );
  let go = () => {};
  let aborted: unknown;
  const registering = session.register(
    'slow',
    async (_, { progress, signal }) => {
      signal.addEventListener('abort', () => {
        aborted = signal.reason;
      });
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      await progress('a part');
      await new Promise(() => {});
    },
    { forward_timeout: true },
  );
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 5 });
  await registering;
  vi.useFakeTimers();
  try {
    const details = { receive_progress: true, timeout: 500 };
    router.send({ code: Code.INVOCATION, request: 1, registration: 5, details });
    await vi.advanceTimersByTimeAsync(400);
    go();
    expect((await router.expect(Code.YIELD)).options).toEqual({ progress: true });
    await vi.advanceTimersByTimeAsync(499);
    expect([router.unread, aborted]).toEqual([0, undefined]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await router.expect(Code.ERROR)).toMatchObject({ request: 1, error: 'wamp.error.timeout' });
    expect(aborted).toMatchObject({ uri: 'wamp.error.timeout' });
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ['that keeps the time too', ['call_timeout', 'progressive_call_results'], 1_500],
  ['that keeps no time', ['progressive_call_results'], 500],
])('the time of a stream counts anew from each part, with a router %s', async (_, features, patience) => {
  const { session, router } = await joined({}, { roles: roles({ dealer: features }) });
  vi.useFakeTimers();
  try {
    let error: unknown;
    session.stream('a.b', [], { timeout: 500 }).result.catch((reason) => {
      error = reason;
    });
    const { request } = await router.expect(Code.CALL);
    for (let at = 0; at < 4; at++) {
      await vi.advanceTimersByTimeAsync(patience - 100);
      router.send({ code: Code.RESULT, request, details: { progress: true }, payload: Payload.of([at]) });
    }
    await vi.advanceTimersByTimeAsync(patience - 1);
    expect(error).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(error).toMatchObject({ code: 'TIMEOUT' });
  } finally {
    vi.useRealTimers();
  }
});

test('forward_timeout needs a router that knows timeouts', async () => {
  const { session } = await joined({}, {});
  await expect(session.register('a.b', () => 1, { forward_timeout: true })).rejects.toMatchObject({
    code: 'FEATURE_NOT_SUPPORTED',
  });
});
