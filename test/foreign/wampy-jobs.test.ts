import { expect, test } from 'vitest';
import { until } from '../support/until.js';
import { Inbox } from './support/inbox.js';
import { setStage } from './support/stage.js';
import { joined } from './support/wampy.js';

const stage = setStage();

// wampy takes the values of `invoke` that the specification has, and no `concurrency`: it calls such workers, and works
// beside them.

test('calls of wampy wait for a worker that has a place free', async () => {
  const [caller, worker] = [await joined(stage), await stage.ours()];
  const [begun, release] = [new Inbox<unknown>(), new Inbox<string>()];
  const handler = async ([job]: readonly unknown[]) => {
    begun.push(job);
    return `${job} ${await release.next()}`;
  };
  await worker.register('com.app.work', handler, { concurrency: 1 });
  const calls = [1, 2].map((job) => caller.call('com.app.work', [job]));
  expect(await begun.next()).toBe(1);
  await until(() => stage.router.stats().queuedCalls === 1);
  for (let n = 0; n < 2; n++) release.push('done');
  expect((await Promise.all(calls)).map(({ argsList }) => argsList)).toEqual([['1 done'], ['2 done']]);
});

test('wampy takes what a worker of ours has no place for', async () => {
  const [caller, here, there] = [await stage.ours(), await stage.ours(), await joined(stage)];
  const [begun, release] = [new Inbox<string>(), new Inbox<string>()];
  const handler = () => {
    begun.push('begun');
    return release.next();
  };
  await here.register('com.app.work', handler, { invoke: 'roundrobin', concurrency: 1 });
  await there.register('com.app.work', () => ({ argsList: ['theirs'] }), { invoke: 'roundrobin' });
  const long = caller.call('com.app.work');
  await begun.next();
  for (let n = 0; n < 3; n++) expect(await caller.call('com.app.work')).toBe('theirs');
  release.push('ours');
  expect(await long).toBe('ours');
});

test('wampy gets the answers of a survey as progress, and the lists at its end', async () => {
  const caller = await joined(stage);
  const callees = [await stage.ours(), await stage.ours()];
  for (const [at, callee] of callees.entries()) await callee.register('com.app.status', () => at, { invoke: 'all' });
  const answers: unknown[] = [];
  const { argsDict } = await caller.call('com.app.status', [], {
    progress_callback: ({ argsList = [] }) => {
      answers.push(argsList[0]);
    },
  });
  expect(answers.sort()).toEqual([0, 1]);
  expect(argsDict).toMatchObject({ answered: { length: 2 }, missing: [], errors: [] });
  await expect(caller.call('com.app.status')).rejects.toMatchObject({ errorUri: 'wamp.error.option_not_allowed' });
});
