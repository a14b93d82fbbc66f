import { survey } from '@wigwag/core';
import { describe, expect, test } from 'vitest';
import { until } from '../support/until.js';
import { joined, sessionId } from './support/autobahn.js';
import { Inbox } from './support/inbox.js';
import { setStage } from './support/stage.js';

const stage = setStage();

/** An endpoint whose calls end when the test lets them. */
function patient() {
  const [begun, release] = [new Inbox<unknown>(), new Inbox<string>()];
  const endpoint = async ([job]: readonly unknown[]) => {
    begun.push(job);
    return `${job} ${await release.next()}`;
  };
  return { endpoint, begun, release };
}

describe('AutobahnJS as a worker', () => {
  test('with `concurrency` is given no more calls than that, in their order', async () => {
    const [caller, worker] = [await stage.ours(), await joined(stage)];
    const { endpoint, begun, release } = patient();
    await worker.register('com.app.work', endpoint, { concurrency: 1 });
    const calls = [1, 2, 3].map((job) => caller.call('com.app.work', [job]));
    expect(await begun.next()).toBe(1);
    await until(() => stage.router.stats().queuedCalls === 2);
    for (const next of [2, 3]) {
      expect(begun.size).toBe(0);
      release.push('done');
      expect(await begun.next()).toBe(next);
    }
    release.push('done');
    expect(await Promise.all(calls)).toEqual(['1 done', '2 done', '3 done']);
  });

  // It cannot be interrupted, so its place is free only when it has answered.
  test('keeps its place while it works on what was canceled', async () => {
    const [caller, worker] = [await stage.ours(), await joined(stage)];
    const { endpoint, begun, release } = patient();
    await worker.register('com.app.work', endpoint, { concurrency: 1 });
    const impatience = new AbortController();
    const canceled = caller.call('com.app.work', ['canceled'], { signal: impatience.signal });
    expect(await begun.next()).toBe('canceled');
    const next = caller.call('com.app.work', ['next']);
    impatience.abort(new Error('no patience'));
    await expect(canceled).rejects.toThrow('no patience');
    await until(() => stage.router.stats().queuedCalls === 1);
    release.push('too late');
    expect(await begun.next()).toBe('next');
    release.push('in time');
    expect(await next).toBe('next in time');
  });

  test('shares calls with ours by load, and is addressed by `nkey`', async () => {
    const [caller, there, here] = [await stage.ours(), await joined(stage), await stage.ours()];
    const { endpoint, begun, release } = patient();
    await there.register('com.app.work', endpoint, { invoke: 'load', nkey: 'there' });
    await here.register('com.app.work', () => 'ours', { invoke: 'load', nkey: 'here' });
    const addressed = caller.call('com.app.work', ['for you'], { rkey: 'there' });
    expect(await begun.next()).toBe('for you');
    for (let n = 0; n < 3; n++) expect(await caller.call('com.app.work')).toBe('ours');
    release.push('done');
    expect(await addressed).toBe('for you done');
  });

  test('answers a survey of ours', async () => {
    const [caller, there, here] = [await stage.ours(), await joined(stage), await stage.ours()];
    await there.register('com.app.status', () => 'theirs', { invoke: 'all' });
    await here.register('com.app.status', () => 'ours', { invoke: 'all' });
    const asked = survey(caller, 'com.app.status');
    const answers: unknown[] = [];
    for await (const { value } of asked) answers.push(value);
    expect(answers.sort()).toEqual(['ours', 'theirs']);
    expect((await asked.outcome).answered).toContain(sessionId(there));
  });
});

describe('AutobahnJS as a caller', () => {
  test('waits in the queue like others', async () => {
    const [caller, worker] = [await joined(stage), await stage.ours()];
    const { endpoint, begun, release } = patient();
    await worker.register('com.app.work', endpoint, { concurrency: 1 });
    const calls = [1, 2].map((job) => caller.call('com.app.work', [job]));
    expect(await begun.next()).toBe(1);
    release.push('done');
    expect(await begun.next()).toBe(2);
    release.push('done');
    expect(await Promise.all(calls)).toEqual(['1 done', '2 done']);
  });

  test('that leaves is forgotten by the queue', async () => {
    const [leaving, worker] = [await joined(stage), await stage.ours()];
    const { endpoint, begun } = patient();
    await worker.register('com.app.work', endpoint, { concurrency: 1 });
    // AutobahnJS never settles these.
    for (const job of [1, 2]) leaving.call('com.app.work', [job]);
    await begun.next();
    await until(() => stage.router.stats().queuedCalls === 1);
    leaving.leave();
    await until(() => stage.router.stats().calls === 0);
    expect(begun.size).toBe(0);
  });

  test('gets the answers of a survey as progress, and the lists at its end', async () => {
    const caller = await joined(stage);
    const callees = [await stage.ours(), await stage.ours()];
    for (const [at, callee] of callees.entries()) await callee.register('com.app.status', () => at, { invoke: 'all' });
    const answers: unknown[] = [];
    const call = caller.call('com.app.status', [], {}, { receive_progress: true });
    call.progress((value) => answers.push(value));
    expect(await call).toMatchObject({ kwargs: { answered: { length: 2 }, missing: [], errors: [] } });
    expect(answers.sort()).toEqual([0, 1]);
    await expect(caller.call('com.app.status')).rejects.toMatchObject({ error: 'wamp.error.option_not_allowed' });
  });
});
