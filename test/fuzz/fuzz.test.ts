import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../support/process.js';

const main = fileURLToPath(new URL('./main.mjs', import.meta.url));

// A ceiling for what hangs: it is the machine that decides how long this takes.
test('fifty thousand hostile inputs: no crash, hang, growth, leak or pollution, and honest sessions notice nothing', {
  timeout: 600_000,
}, async () => {
  const { status, stdout, stderr } = await run(main, ['--inputs', '50000']);
  expect(stderr).toBe('');
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^5\d{4} inputs, \d+ sessions ended, nothing found$/);
  expect(status).toBe(0);
});

test('a wrong number of inputs is refused', async () => {
  const { status, stderr } = await run(main, ['--inputs', 'many']);
  expect([status, stderr]).toEqual([2, '--inputs many: a whole number is needed\n']);
});
