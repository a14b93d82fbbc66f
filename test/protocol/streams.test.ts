import { Result } from '@wigwag/core';
import { expect } from 'vitest';
import { Log, until } from '../support/until.js';
import { matrix } from './support/matrix.js';

/** 1, 2, … `to`; notes how many were asked for. */
function counter(to: number) {
  const count = { produced: 0 };
  async function* numbers() {
    while (count.produced < to) yield ++count.produced;
  }
  return { count, numbers };
}

matrix('progressive_call_invocations: the parts of a call come in order, behind its arguments', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  await callee.register('sum', async ([first], { input, kwargs }) => {
    const parts: unknown[] = [first ?? null, kwargs];
    for await (const { args, kwargs: more } of input) parts.push(args, more);
    return new Result([parts.length], { parts });
  });
  const input = [2, new Result([3], { k: 'v' }), new Result([])];
  const { result } = caller.stream('sum', [1], { input, kwargs: { of: 'numbers' } });
  expect((await result).kwargs).toEqual({ parts: [1, { of: 'numbers' }, [2], {}, [3], { k: 'v' }, [], {}] });
  const { numbers } = counter(1_000);
  expect((await caller.stream('sum', [], { input: numbers() }).result).args).toEqual([2_002]);
});

matrix('progressive_call_invocations: parts go both ways at once', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  await callee.register('double', async function* (_, { input }) {
    let count = 0;
    for await (const { args } of input) {
      yield Number(args[0]) * 2;
      count++;
    }
    return count;
  });
  const { numbers } = counter(300);
  const stream = caller.stream('double', [], { input: numbers() });
  const parts: unknown[] = [];
  for await (const { args } of stream) parts.push(args[0]);
  expect(parts).toEqual(Array.from({ length: 300 }, (_, at) => (at + 1) * 2));
  expect((await stream.result).args).toEqual([300]);
});

matrix('_credit: who sends is held until who receives has read, either way', async ({ connect, router }) => {
  const [caller, callee] = [await connect(), await connect()];
  const [input, output] = [counter(10_000), counter(10_000)];
  const started = new Log<() => void>();
  await callee.register('pipe', async function* (_, { input: incoming }) {
    yield 'started';
    await new Promise<void>((go) => started.push(go));
    for await (const _ of incoming) if (input.count.produced > 100) break;
    yield* output.numbers();
  });
  const stream = caller.stream('pipe', [], { input: input.numbers() });
  const [go] = await started.first(1);
  await caller.call('wamp.session.count');
  await callee.call('wamp.session.count');
  // Nobody reads: a window, and one that waits for more.
  expect(input.count.produced).toBeLessThanOrEqual(17);
  go?.();
  await until(() => input.count.produced > 100 && output.count.produced > 10);
  await caller.call('wamp.session.count');
  await callee.call('wamp.session.count');
  expect(output.count.produced).toBeLessThanOrEqual(18);
  stream.cancel();
  await expect(stream.result).rejects.toMatchObject({ uri: 'wamp.error.canceled' });
  await until(() => router.stats().calls === 0);
});

matrix('_credit: of large chunks a few bytes are under way, not a window, and none is lost', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  const size = 1_500_000;
  const started = new Log<() => void>();
  await callee.register('weigh', async (_, { input }) => {
    await new Promise<void>((go) => started.push(go));
    const sizes: unknown[] = [];
    for await (const { args } of input) sizes.push(args[0] instanceof Uint8Array && args[0].length);
    return new Result(sizes);
  });
  let produced = 0;
  async function* chunks() {
    while (produced < 12) yield new Uint8Array(size).fill(++produced);
  }
  const { result } = caller.stream('weigh', [], { input: chunks() });
  const [go] = await started.first(1);
  await until(() => produced > 2);
  await caller.call('wamp.session.count');
  await callee.call('wamp.session.count');
  expect(produced).toBeLessThanOrEqual(3);
  go?.();
  expect((await result).args).toEqual(Array.from({ length: 12 }, () => size));
});

matrix('call_canceling: a stream of input that is canceled ends at both ends', async ({ connect, router }) => {
  const [caller, callee] = [await connect(), await connect()];
  const ended = new Log<unknown>();
  await callee.register('swallow', async (_, { input }) => {
    try {
      for await (const _ of input);
    } catch (error) {
      ended.push(error);
      throw error;
    }
  });
  const stopped = new Log<boolean>();
  async function* endless() {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      stopped.push(true);
    }
  }
  const stream = caller.stream('swallow', [], { input: endless() });
  await until(() => router.stats().called === 1);
  stream.cancel(new Error('enough'));
  await expect(stream.result).rejects.toThrow('enough');
  await stopped.first(1);
  expect((await ended.first(1))[0]).toMatchObject({ uri: 'wamp.error.canceled' });
  await until(() => router.stats().calls === 0);
});

matrix(
  'progressive_call_invocations: a callee that has heard enough answers, and the rest is dropped',
  async (cell) => {
    const [caller, callee] = [await cell.connect(), await cell.connect()];
    await callee.register('first', async (_, { input }) => {
      for await (const { args } of input) return args[0];
    });
    for (let time = 0; time < 3; time++) {
      const { numbers } = counter(100);
      expect((await caller.stream('first', [], { input: numbers() }).result).args).toEqual([1]);
    }
    expect(cell.router.stats()).toMatchObject({ calls: 0, called: 3, violations: 0 });
  },
);
