import { Router } from '@wigwag/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Running, run } from './support/process.js';
import { snippetsOf } from './support/snippets.js';

const snippet = snippetsOf('docs/sessions.md');

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

test('the watcher of docs/sessions.md sees who comes and goes, and the till that dies leaves word', async () => {
  const watcher = new Running(process.execPath, [program('wamp.session.on_join')]);
  running.push(watcher);
  await watcher.prints('there: 1');
  const till = new Running(process.execPath, [program('testaments.add(', "console.log('open');")]);
  await till.prints('open');
  await watcher.prints('came: anonymous');
  await till.stop('SIGKILL');
  await watcher.prints('went: anonymous');
  const late = await router.session('realm1', { authid: 'late', authrole: 'visitor' });
  const word = new Promise((resolve) => {
    void late.subscribe('shop.till.3', ({ args }) => resolve(args), { get_retained: true });
  });
  expect(await word).toEqual(['closed']);
});

test('the shop of docs/sessions.md describes its procedure, and a visitor reads it', async () => {
  expect(await run(program('new Reflection(shop)', 'process.exit();'), [])).toMatchObject({
    status: 0,
    stderr: '',
    stdout: 'shop.price is The price of one thing\n',
  });
});
