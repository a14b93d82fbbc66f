import type { Invocation } from '@wigwag/core';
import { Result, WampError } from '@wigwag/core';
import { expect } from 'vitest';
import { Log, until } from '../support/until.js';
import { matrix, sessionOf } from './support/matrix.js';

/** A handler's answer that comes when its call is over in some other way, and the signals that handlers were handed. */
function patient() {
  const signals = new Log<AbortSignal>();
  const handler = (_: readonly unknown[], { signal }: Invocation) => {
    signals.push(signal);
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve('too late'), { once: true }));
  };
  return { handler, signals };
}

matrix('progressive_call_results: the parts come in order, before the answer', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  await callee.register('count', async function* ([to]: readonly unknown[]) {
    for (let n = 1; n <= Number(to); n++) yield n;
    return 'counted';
  });
  const stream = caller.stream('count', [100]);
  const parts: unknown[] = [];
  for await (const { args } of stream) parts.push(args[0]);
  expect(parts).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  expect((await stream.result).args).toEqual(['counted']);
  expect(await caller.call('count', [3])).toBe('counted');
});

matrix('call_canceling: breaking out of a stream ends it at the callee', async ({ connect, router }) => {
  const [caller, callee] = [await connect(), await connect()];
  const ended = new Log<boolean>();
  await callee.register('forever', async function* () {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      ended.push(true);
    }
  });
  for await (const { args } of caller.stream('forever')) if (args[0] === 5) break;
  await ended.first(1);
  await until(() => router.stats().calls === 0);
});

matrix('call_canceling, skip: the caller is answered, the callee hears nothing', async ({ connect, router }) => {
  const [caller, callee] = [await connect(), await connect()];
  const { handler, signals } = patient();
  await callee.register('slow', handler);
  const controller = new AbortController();
  const call = caller.call('slow', [], { signal: controller.signal, cancel: 'skip' });
  const [signal] = await signals.first(1);
  controller.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  await until(() => router.stats().calls === 0);
  // What the router says to the callee arrives in order: had there been an INTERRUPT, it would be here by now.
  await callee.call('wamp.session.count');
  expect(signal?.aborted).toBe(false);
});

for (const mode of ['kill', 'killnowait'] as const) {
  matrix(`call_canceling, ${mode}: the handler is told`, async ({ connect, router }) => {
    const [caller, callee] = [await connect(), await connect()];
    const { handler, signals } = patient();
    await callee.register('slow', handler);
    const controller = new AbortController();
    const call = caller.call('slow', [], { signal: controller.signal, cancel: mode });
    const [signal] = await signals.first(1);
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await until(() => signal?.aborted === true);
    expect(signal?.reason).toMatchObject({ uri: 'wamp.error.canceled' });
    await until(() => router.stats().calls === 0);
  });
}

matrix('call_timeout: the call is given up at both ends', async ({ connect, router }) => {
  const [caller, callee] = [await connect(), await connect()];
  const { handler, signals } = patient();
  await callee.register('slow', handler);
  await expect(caller.call('slow', [], { timeout: 50 })).rejects.toMatchObject({ uri: 'wamp.error.timeout' });
  const [signal] = await signals.first(1);
  await until(() => signal?.aborted === true);
  await until(() => router.stats().calls === 0);
});

matrix('caller_identification: who asks for it is named, and nobody else', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  await callee.register('who', (_, { details }) => details.caller ?? 'unknown');
  expect(await caller.call('who')).toBe('unknown');
  expect(await caller.call('who', [], { disclose_me: true })).toBe(sessionOf(caller));
});

matrix(
  'caller_identification: a router that insists on it names who did not ask',
  async ({ connect }) => {
    const [caller, callee] = [await connect(), await connect()];
    await callee.register('who', (_, { details }) => details.caller ?? 'unknown');
    expect(await caller.call('who')).toBe(sessionOf(caller));
  },
  { disclosure: { callers: 'force' } },
);

matrix(
  'caller_identification: a router that refuses it refuses who asks for it, at either end',
  async ({ connect }) => {
    const [caller, callee] = [await connect(), await connect()];
    const refused = { uri: 'wamp.error.option_disallowed.disclose_me' };
    await callee.register('who', (_, { details }) => details.caller ?? 'unknown');
    await expect(caller.call('who', [], { disclose_me: true })).rejects.toMatchObject(refused);
    expect(await caller.call('who')).toBe('unknown');
    const curious = callee.register('curious', () => {}, { disclose_caller: true });
    await expect(curious).rejects.toMatchObject({ uri: 'wamp.error.option_not_allowed' });
  },
  { disclosure: { callers: 'refuse' } },
);

matrix(
  'call_trustlevels: the level of the caller stands in the details',
  async ({ connect }) => {
    const [caller, callee] = [await connect(), await connect()];
    await callee.register('trusted', (_, { details }) => details.trustlevel);
    expect(await caller.call('trusted')).toBe(3);
  },
  { trustLevels: { callers: () => 3 } },
);

matrix('pattern_based_registration: exact, then the longest prefix, then a wildcard', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  const answer =
    (name: string) =>
    (_: readonly unknown[], { procedure }: Invocation) =>
      `${name} ${procedure}`;
  await callee.register('shop.apple.price', answer('exact'));
  await callee.register('shop.', answer('short'), { match: 'prefix' });
  await callee.register('shop.app', answer('long'), { match: 'prefix' });
  await callee.register('..price', answer('wildcard'), { match: 'wildcard' });
  expect(await caller.call('shop.apple.price')).toBe('exact shop.apple.price');
  expect(await caller.call('shop.apple.stock')).toBe('long shop.apple.stock');
  expect(await caller.call('shop.pear.price')).toBe('short shop.pear.price');
  expect(await caller.call('farm.pear.price')).toBe('wildcard farm.pear.price');
});

matrix('shared_registration: roundrobin takes turns, first and last do not', async ({ connect }) => {
  const [caller, ...callees] = [await connect(), await connect(), await connect(), await connect()];
  for (const invoke of ['roundrobin', 'first', 'last', 'random', 'load'] as const) {
    for (const [at, callee] of callees.entries()) await callee.register(invoke, () => at, { invoke });
  }
  const six = async (procedure: string) => {
    const answers: unknown[] = [];
    for (let n = 0; n < 6; n++) answers.push(await caller.call(procedure));
    return answers;
  };
  expect(await six('roundrobin')).toEqual([0, 1, 2, 0, 1, 2]);
  expect(await six('first')).toEqual([0, 0, 0, 0, 0, 0]);
  expect(await six('last')).toEqual([2, 2, 2, 2, 2, 2]);
  for (const answer of await six('random')) expect([0, 1, 2]).toContain(answer);
  for (const answer of await six('load')) expect([0, 1, 2]).toContain(answer);
});

matrix('sharded_registration: rkey addresses one callee by its nkey', async ({ connect }) => {
  const [caller, one, two] = [await connect(), await connect(), await connect()];
  const options = { invoke: 'roundrobin' } as const;
  await one.register('shard', () => 'one', { ...options, nkey: 'one' });
  await two.register('shard', () => 'two', { ...options, nkey: 'two' });
  for (const rkey of ['two', 'one', 'two']) expect(await caller.call('shard', [], { rkey })).toBe(rkey);
  const chosen = await caller.call('shard', [], { rkey: 'user 7' });
  for (let n = 0; n < 5; n++) expect(await caller.call('shard', [], { rkey: 'user 7' })).toBe(chosen);
});

matrix('force_reregister: a newcomer takes over from one that consented, which is told', async ({ connect }) => {
  const told = new Log<unknown>();
  const [caller, former] = [await connect(), await connect({ onError: told.push })];
  const latter = await connect();
  await former.register('desk', () => 'former', { force_reregister: true });
  await latter.register('desk', () => 'latter', { force_reregister: true });
  expect(await caller.call('desk')).toBe('latter');
  expect(await told.first(1)).toMatchObject([{ message: expect.stringContaining('revoked the registration of desk') }]);
});

matrix('registration_revocation: a callee that is removed is told, and serves no more', async ({ connect }) => {
  const told = new Log<unknown>();
  const [admin, callee] = [await connect(), await connect({ onError: told.push })];
  const { id } = await callee.register('desk', () => 1);
  await admin.call('wamp.registration.remove_callee', [id, sessionOf(callee)]);
  expect(await told.first(1)).toMatchObject([{ message: expect.stringContaining('revoked the registration of desk') }]);
  await expect(admin.call('desk')).rejects.toMatchObject({ uri: 'wamp.error.no_such_procedure' });
});

matrix('a caller that leaves ends its calls at the callee', async ({ connect, router }) => {
  const [caller, callee] = [await connect(), await connect()];
  const { handler, signals } = patient();
  await callee.register('slow', handler);
  const call = caller.call('slow').catch((error) => error);
  const [signal] = await signals.first(1);
  await caller.close();
  expect(await call).toMatchObject({ code: 'SESSION_CLOSED' });
  await until(() => signal?.aborted === true);
  await until(() => router.stats().calls === 0);
});

matrix('a callee that leaves ends the calls that it had, with an error at the caller', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  const { handler, signals } = patient();
  await callee.register('slow', handler);
  const call: Promise<unknown> = caller.call('slow').catch((error) => error);
  await signals.first(1);
  await callee.close();
  expect(await call).toMatchObject({ uri: 'wamp.error.canceled' });
});

matrix('a stream keeps keyword arguments in its parts and its answer', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  await callee.register('parts', async (_, { progress }) => {
    await progress(new Result([1, 2], { of: 'part' }));
    return new Result([], { of: 'answer' });
  });
  const stream = caller.stream('parts');
  const parts: Result[] = [];
  for await (const part of stream) parts.push(part);
  expect(parts).toMatchObject([{ args: [1, 2], kwargs: { of: 'part' } }]);
  expect(await stream.result).toMatchObject({ args: [], kwargs: { of: 'answer' } });
});

matrix('call_reroute: what one callee cannot attend to another takes', async ({ connect }) => {
  const [caller, one, two] = [await connect(), await connect(), await connect()];
  await one.register('work', () => Promise.reject(new WampError('wamp.error.unavailable')), { invoke: 'first' });
  await two.register('work', ([task]) => `done: ${task}`, { invoke: 'first' });
  expect(await caller.call('work', ['a'])).toBe('done: a');
  await one.register('alone', () => Promise.reject(new WampError('wamp.error.unavailable')));
  await expect(caller.call('alone')).rejects.toMatchObject({ uri: 'wamp.error.no_available_callee' });
});

matrix('forward_timeout: the time that a caller sets is told to the callee, to keep it', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  const tell = (_: readonly unknown[], { details }: Invocation) => details.timeout ?? 'no time';
  await callee.register('keeps', tell, { forward_timeout: true });
  await callee.register('leaves', tell);
  expect(await caller.call('keeps', [], { timeout: 60_000 })).toBe(60_000);
  expect(await caller.call('keeps')).toBe('no time');
  expect(await caller.call('leaves', [], { timeout: 60_000 })).toBe('no time');
});
