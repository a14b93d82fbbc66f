import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Router } from '@wigwag/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Running, run } from './support/process.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}artifacts/jobs`;
const document = readFileSync(`${root}docs/jobs.md`, 'utf8');

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

/** The snippet of the document that has this in it, as a program that connects to this test's router. */
function program(part: string, end = ''): string {
  const blocks = [...document.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  const found = blocks.filter((code) => code.includes(part));
  expect(found).toHaveLength(1);
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${part.replace(/\W+/g, '-')}.mjs`;
  writeFileSync(file, `${(found[0] ?? '').replaceAll('ws://127.0.0.1:8080/ws', url)}\n${end}\n`);
  return file;
}

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

test('the survey of docs/jobs.md is answered', async () => {
  const asked = await run(program('client.survey(', 'await client.close();\nawait worker.close();'), []);
  expect(asked).toMatchObject({ status: 0, stderr: '', stdout: 'true { free: 3 }\n1 [] []\n' });
});
