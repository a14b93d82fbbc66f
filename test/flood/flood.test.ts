import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../support/process.js';

const main = fileURLToPath(new URL('./main.mjs', import.meta.url));

test('beside each flood an honest client keeps its median latency within three times its quiet one', {
  timeout: 300_000,
}, async () => {
  const { status, stdout, stderr } = await run(main, []);
  expect(stderr).toBe('');
  for (const flood of ['silent', 'logins', 'publishers', 'pings', 'laughs']) {
    expect(stdout).toMatch(new RegExp(`^${flood}: .*x: held;`, 'm'));
  }
  expect(status).toBe(0);
});

test('a flood that there is not is refused', async () => {
  const { status, stderr } = await run(main, ['locusts']);
  expect([status, stderr]).toEqual([
    2,
    'locusts: no such flood; there are silent, logins, publishers, pings, laughs\n',
  ]);
});
