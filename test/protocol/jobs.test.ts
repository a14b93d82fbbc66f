import type { Invocation } from '@wigwag/core';
import { survey } from '@wigwag/core';
import { expect } from 'vitest';
import { Log, until } from '../support/until.js';
import { matrix, sessionOf } from './support/matrix.js';

/** A handler whose calls end when the test says so; `begun` has their first arguments, in order. */
function patient() {
  const begun = new Log<unknown>();
  const jobs: { finish(): void }[] = [];
  const handler = ([job]: readonly unknown[], { signal }: Invocation) => {
    begun.push(job);
    return new Promise((resolve) => {
      jobs.push({ finish: () => resolve(job) });
      signal.addEventListener('abort', () => resolve('too late'), { once: true });
    });
  };
  /** Ends the call that began first of those in progress. */
  const finish = () => jobs.shift()?.finish();
  return { handler, begun, finish };
}

matrix('concurrency: what is more than a worker takes waits, and comes in its order', async ({ connect, router }) => {
  const [caller, worker] = [await connect(), await connect()];
  const { handler, begun, finish } = patient();
  await worker.register('work', handler, { concurrency: 2 });
  const calls = [1, 2, 3, 4, 5].map((job) => caller.call('work', [job]));
  await begun.first(2);
  await until(() => router.stats().queuedCalls === 3);
  for (const before of [2, 3, 4, 5]) {
    await begun.first(before);
    finish();
  }
  finish();
  expect(await Promise.all(calls)).toEqual([1, 2, 3, 4, 5]);
  expect(begun.entries).toEqual([1, 2, 3, 4, 5]);
  expect(router.stats()).toMatchObject({ calls: 0, queuedCalls: 0 });
});

matrix('concurrency: a call that waits can be canceled, and its time runs', async ({ connect, router }) => {
  const [caller, worker] = [await connect(), await connect()];
  const { handler, begun, finish } = patient();
  await worker.register('work', handler, { concurrency: 1 });
  const first = caller.call('work', ['first']);
  await begun.first(1);
  const controller = new AbortController();
  const canceled = caller.call('work', ['canceled'], { signal: controller.signal });
  await until(() => router.stats().queuedCalls === 1);
  controller.abort(new Error('enough'));
  await expect(canceled).rejects.toThrow('enough');
  await until(() => router.stats().queuedCalls === 0);
  await expect(caller.call('work', ['late'], { timeout: 30 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  await until(() => router.stats().queuedCalls === 0);
  const last = caller.call('work', ['last']);
  finish();
  expect(await first).toBe('first');
  await begun.first(2);
  finish();
  expect(await last).toBe('last');
  expect(begun.entries).toEqual(['first', 'last']);
});

matrix('concurrency: a worker that comes takes of what waits, one that leaves loses what it had', async (cell) => {
  const { connect, router } = cell;
  const [caller, former, latter] = [await connect(), await connect(), await connect()];
  const options = { concurrency: 1, invoke: 'roundrobin' } as const;
  const { handler, begun } = patient();
  await former.register('work', handler, options);
  const calls = [1, 2].map((job) => caller.call('work', [job]).catch((error) => error.uri));
  await begun.first(1);
  await until(() => router.stats().queuedCalls === 1);
  await latter.register('work', ([job]) => `${job} done`, options);
  await former.close();
  expect(await Promise.all(calls)).toEqual(['wamp.error.canceled', '2 done']);
});

matrix('invoke load: a call goes to the worker with the fewest in progress', async ({ connect }) => {
  const [caller, busy, idle] = [await connect(), await connect(), await connect()];
  const { handler, begun, finish } = patient();
  await busy.register('work', handler, { invoke: 'load' });
  const long = caller.call('work', ['long']);
  await begun.first(1);
  await idle.register('work', ([job]) => job, { invoke: 'load' });
  for (const job of [1, 2, 3]) expect(await caller.call('work', [job])).toBe(job);
  finish();
  expect(await long).toBe('long');
  expect(begun.entries).toEqual(['long']);
});

matrix('rkey addresses one worker of several, and waits for it', async ({ connect, router }) => {
  const [caller, ada, bob] = [await connect(), await connect(), await connect()];
  const { handler, begun, finish } = patient();
  const options = { invoke: 'load', concurrency: 1 } as const;
  await ada.register('work', handler, { ...options, nkey: 'ada' });
  await bob.register('work', ([job]) => `${job} by bob`, { ...options, nkey: 'bob' });
  const calls = [1, 2].map((job) => caller.call('work', [job], { rkey: 'ada' }));
  await begun.first(1);
  await until(() => router.stats().queuedCalls === 1);
  expect(await caller.call('work', [3])).toBe('3 by bob');
  finish();
  await begun.first(2);
  finish();
  expect(await Promise.all(calls)).toEqual([1, 2]);
});

matrix('invoke all: everybody answers, one by one, and the outcome says who did not', async ({ connect }) => {
  const caller = await connect();
  const [ada, bob, cleo] = [await connect(), await connect(), await connect({ onError: () => {} })];
  for (const [name, client] of Object.entries({ ada, bob })) {
    await client.register('status', ([question]) => `${name}: ${question}`, { invoke: 'all' });
  }
  const failing = () => {
    throw new Error('broken');
  };
  await cleo.register('status', failing, { invoke: 'all' });
  const asked = survey(caller, 'status', ['well?']);
  const answers = new Map<number, unknown>();
  for await (const { callee, value } of asked) answers.set(callee, value);
  expect(answers).toEqual(
    new Map([
      [sessionOf(ada), 'ada: well?'],
      [sessionOf(bob), 'bob: well?'],
    ]),
  );
  const { answered, missing, errors } = await asked.outcome;
  expect([...answered].sort()).toEqual([...answers.keys()].sort());
  expect(missing).toEqual([sessionOf(cleo)]);
  expect(errors).toEqual([{ callee: sessionOf(cleo), error: 'wigwag.error.runtime_error' }]);
});

matrix('invoke all: a deadline ends it with what came until then', async ({ connect, router }) => {
  const [caller, quick, slow] = [await connect(), await connect(), await connect()];
  const { handler } = patient();
  await quick.register('status', () => 'fine', { invoke: 'all' });
  await slow.register('status', handler, { invoke: 'all' });
  const stream = caller.stream('status', [], { timeout: 300 });
  const parts: unknown[] = [];
  for await (const part of stream) parts.push(part.value);
  const { kwargs } = await stream.result;
  expect(kwargs).toMatchObject({ missing: expect.arrayContaining([sessionOf(slow)]) });
  // On a slow machine the quick one may have been too slow as well.
  expect(parts).toEqual((kwargs.answered as unknown[]).map(() => 'fine'));
  await until(() => router.stats().calls === 0);
});

matrix('invoke all: breaking out of the answers stops those who still work', async ({ connect, router }) => {
  const [caller, quick, slow] = [await connect(), await connect(), await connect()];
  const stopped = new Log<boolean>();
  await quick.register('status', () => 'fine', { invoke: 'all' });
  await slow.register(
    'status',
    (_, { signal }) =>
      new Promise((resolve) => {
        const stop = () => {
          stopped.push(true);
          resolve(undefined);
        };
        signal.addEventListener('abort', stop, { once: true });
      }),
    { invoke: 'all' },
  );
  for await (const { value } of survey(caller, 'status')) {
    expect(value).toBe('fine');
    break;
  }
  await stopped.first(1);
  await until(() => router.stats().calls === 0);
});

matrix('_idempotent: a call that is lost with its worker goes to another', async ({ connect, router }) => {
  const [caller, doomed, steady] = [await connect(), await connect(), await connect()];
  const options = { invoke: 'first', _idempotent: true } as const;
  const { handler, begun } = patient();
  await doomed.register('work', handler, options);
  await steady.register('work', ([job]) => `${job} done`, options);
  const call = caller.call('work', [1]);
  await begun.first(1);
  await doomed.close();
  expect(await call).toBe('1 done');
  expect(router.stats()).toMatchObject({ calls: 0, queuedCalls: 0 });
});
