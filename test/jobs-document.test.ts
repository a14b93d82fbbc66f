import { Router } from '@wigwag/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Running, run } from './support/process.js';
import { snippetsOf } from './support/snippets.js';

const snippet = snippetsOf('docs/jobs.md');

const router = new Router();
let url: string;
const running: Running[] = [];
beforeAll(async () => {
  ({ url } = await router.listen({ port: 0 }));
});
afterAll(async () => {
  for (const process of running) await process.stop('SIGKILL');
  await router.close();
});

const program = (part: string, end?: string) => snippet(part, url, end);

test('the worker of docs/jobs.md does the jobs that are handed out there', async () => {
  const worker = new Running(process.execPath, [program('nkey:', "console.log('at work');")]);
  running.push(worker);
  await worker.prints('at work');
  const client = await run(program('client.stream(', 'await client.close();'), []);
  expect(client).toMatchObject({
    status: 0,
    stderr: '',
    stdout: '0 %\n25 %\n50 %\n75 %\ncat.png at 640\ndog.png at 320\n',
  });
});

test('the call of docs/jobs.md that is lost with its worker is made again', async () => {
  const end = 'await client.close();\nawait steady.close();';
  const asked = await run(program('mail.render', end), []);
  expect(asked).toMatchObject({ status: 0, stderr: '', stdout: 'Dear Ada,\n' });
});

test('the survey of docs/jobs.md is answered', async () => {
  const asked = await run(program('survey(client, ', 'await client.close();\nawait worker.close();'), []);
  expect(asked).toMatchObject({ status: 0, stderr: '', stdout: 'true { free: 3 }\n1 [] []\n' });
});
