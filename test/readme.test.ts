import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { launchChromium, openPage } from './browser/chromium.js';
import { freePort } from './support/free-port.js';
import { Running, run } from './support/process.js';
import { Log } from './support/until.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}artifacts/readme`;
const readme = readFileSync(`${root}README.md`, 'utf8');

/** The snippet that has this in it, with the port that the README shows replaced. */
function snippet(part: string, port: number): string {
  const blocks = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  const found = blocks.filter((code) => code.includes(part));
  expect(found).toHaveLength(1);
  return (found[0] ?? '').replaceAll('8080', String(port));
}

/** Writes a program where the packages can be imported by name. */
function program(name: string, code: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.mjs`, code);
  return `${folder}/${name}.mjs`;
}

const running: Running[] = [];
afterAll(async () => {
  for (const process of running) await process.stop('SIGKILL');
});
function start(name: string, code: string): Running {
  const process_ = new Running(process.execPath, [program(name, code)]);
  running.push(process_);
  return process_;
}

test('every snippet of the README runs as it is shown', async () => {
  const port = await freePort();
  const router = start('router', snippet('new Router(', port));
  await router.prints(`listening on ws://127.0.0.1:${port}/ws`);

  const watcher = start(
    'watcher',
    `${snippet('createClient', port)}
await client.subscribe('shop.tick', (event) => console.log('heard', event.args));`,
  );
  await watcher.prints('joined');

  const backend = start(
    'backend',
    `${snippet("client.register('shop.price', ([sku]) =>", port)}\nconsole.log('serving');`,
  );
  await backend.prints('serving');
  await watcher.prints('heard [ 1.2 ]');

  const page = program('page', snippet('@wigwag/browser', port));
  const bundle = await build({ entryPoints: [page], bundle: true, format: 'esm', platform: 'browser', write: false });
  const browser = await launchChromium();
  const lines = new Log<string>();
  const tab = await openPage(browser);
  tab.on('console', (message) => lines.push(message.text()));
  // A page of this machine: one from nowhere may not connect to it.
  const sitePort = await freePort();
  const site = start(
    'site',
    `import { createServer } from 'node:http';
createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'))
  .listen(${sitePort}, '127.0.0.1', () => console.log('up'));`,
  );
  await site.prints('up');
  await tab.goto(`http://127.0.0.1:${sitePort}/`);
  await tab.addScriptTag({ content: bundle.outputFiles[0]?.text ?? '', type: 'module' });
  // First the price that it called for, by when it is subscribed too; then the tick that comes from the script.
  expect(await lines.first(1)).toEqual(['1.2']);
  expect(await run(program('script', snippet('publishOnce', port)), [])).toMatchObject({ status: 0, stderr: '' });
  expect(await lines.first(2)).toEqual(['1.2', '1.2']);
  await browser.close();

  await backend.stop();
  const options = `import { connect, Result, WampError } from '@wigwag/node';
const lookUp = async (sku) => (sku === 'apple' ? new Result([1, 2], { unit: 'kg' }) : undefined);
const client = await connect('ws://127.0.0.1:${port}/ws', { realm: 'realm1' });
${snippet('AbortSignal.timeout', port)}
await client.close();`;
  expect(await run(program('options', options), [])).toMatchObject({ status: 0, stderr: '' });

  const parts = `import { connect } from '@wigwag/node';
const client = await connect('ws://127.0.0.1:${port}/ws', { realm: 'realm1' });
const again = setInterval(() => client.publish('shop.tick', ['tick'], { exclude_me: false }), 5);
${snippet('async function*', port)}
clearInterval(again);
await client.close();`;
  const months = Array.from({ length: 12 }, (_, month) => `2026-${month + 1}`);
  expect(await run(program('parts', parts), [])).toMatchObject({
    status: 0,
    stderr: '',
    stdout: `${[...months, 'complete', 'tick'].join('\n')}\n`,
  });

  const either = `import { connect } from '@wigwag/node';
${snippet('page.notice', port)}
await page.close();
await backend.close();`;
  expect(await run(program('either', either), [])).toMatchObject({
    status: 0,
    stderr: '',
    stdout: 'for you alone\ntrue\n',
  });
});

test('each hello world has at most ten lines', () => {
  for (const part of ['new Router(', '@wigwag/browser', '([sku]) =>', 'publishOnce']) {
    expect(snippet(part, 8080).trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  }
});
