import { expect, test } from 'vitest';
import { Running } from '../../../test/support/process.js';
import { countPrimes } from '../src/primes.js';

test('the primes are counted, with pauses', () => {
  const count = countPrimes(100_000);
  const parts: unknown[] = [];
  let step = count.next();
  for (; !step.done; step = count.next()) parts.push(step.value.done);
  expect(step.value).toBe(9_592);
  expect(parts).toEqual([20_000, 40_000, 60_000, 80_000]);
});

test('npm run workers: jobs are spread, one is canceled, one worker is addressed, all of them are asked, and one dies', async () => {
  const example = new Running('npm', ['run', 'workers']);
  const { status, stdout, stderr } = await example.ended;
  expect({ status, stderr: stderr.includes('Error') }, stderr).toEqual({ status: 0, stderr: false });
  for (const [job, primes] of [25_997, 22_044, 17_984, 13_848, 9_592, 5_133].entries()) {
    expect(stdout).toMatch(new RegExp(`job ${job + 1}: \\d+ %[^]*job ${job + 1}: ${primes} primes below`));
  }
  for (const name of ['ada', 'bob', 'cleo']) expect(stdout).toContain(`counted by ${name}`);
  expect(stdout).toContain('168 primes below 1000, counted by bob');
  const statuses = [...stdout.matchAll(/\{ name: '(\w+)', done: (\d+), stopped: (\d+) \}/g)];
  expect(statuses.map(([, name]) => name).sort()).toEqual(['ada', 'bob', 'cleo']);
  // Six jobs that were spread, and the one for bob; and the one that was stopped.
  expect(statuses.reduce((sum, [, , done]) => sum + Number(done), 0)).toBe(7);
  expect(statuses.reduce((sum, [, , , stopped]) => sum + Number(stopped), 0)).toBe(1);
  expect(stdout).toContain('3 answered, 0 did not');
  expect(stdout).toMatch(/33860 primes below 400000, counted by (bob|cleo)/);
});
