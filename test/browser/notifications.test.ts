import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { Running, run } from '../support/process.js';
import { launchChromium, openPage } from './chromium.js';

const backendScript = 'examples/notifications/dist/server.js';
const notifyScript = 'examples/notifications/dist/notify.js';
const example = new URL('../../examples/notifications/', import.meta.url);
const autobahn = createRequire(import.meta.url).resolve('autobahn-browser/autobahn.min.js');

const files: Readonly<Record<string, readonly [URL | string, string]>> = {
  '/': [new URL('page/index.html', example), 'text/html'],
  '/page.css': [new URL('page/page.css', example), 'text/css'],
  '/page.js': [new URL('dist/public/page.js', example), 'text/javascript'],
  '/autobahn.html': [new URL('autobahn-page.html', import.meta.url), 'text/html'],
  '/autobahn.js': [autobahn, 'text/javascript'],
};

let browser: Browser;
let port: number;
let backend: Running | undefined;
beforeAll(async () => {
  browser = await launchChromium();
  port = await freePort();
});
afterAll(async () => {
  await backend?.stop();
  await browser?.close();
});

/** Opens pages while there is no backend: a server that has nothing but their files gives way to it afterwards. */
async function openBeforehand(...paths: readonly string[]): Promise<Page[]> {
  const server = createServer((request, response) => {
    const found = files[request.url ?? ''];
    if (found) response.writeHead(200, { 'content-type': found[1] }).end(readFileSync(found[0]));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const pages = await Promise.all(
    paths.map(async (path) => {
      const page = await openPage(browser, { viewport: { width: 820, height: 480 } });
      await page.goto(`http://127.0.0.1:${port}${path}`);
      return page;
    }),
  );
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return pages;
}

async function startBackend(): Promise<void> {
  backend = new Running(process.execPath, [backendScript], { PORT: String(port) });
  await backend.prints(`http://127.0.0.1:${port}`);
}

async function notify(text: string): Promise<void> {
  expect(await run(notifyScript, [text], { PORT: String(port) })).toMatchObject({
    status: 0,
    stdout: `published: ${text}\n`,
    stderr: '',
  });
}

const connected = (page: Page) => page.locator('[data-state="joined"]').waitFor();
const shows = (page: Page, text: string) => page.locator('li', { hasText: text }).waitFor();

test('our page and an AutobahnJS page, open before the backend, show what a script publishes, and ours comes back by itself after a restart', async () => {
  const [ours, theirs] = await openBeforehand('/', '/autobahn.html');
  if (!ours || !theirs) throw new Error('two pages were asked for');
  await ours.locator('[data-state="waiting"]').waitFor();
  expect(await ours.locator('#state-text').textContent()).toContain('trying again');
  await ours.screenshot({ path: 'artifacts/notifications-waiting.png' });

  await startBackend();
  await connected(ours);
  await theirs.getByText('connected').waitFor();
  await notify('Build 41 failed: 3 tests');
  await notify('Build 42 is done');
  for (const page of [ours, theirs]) {
    await shows(page, 'Build 41 failed: 3 tests');
    await shows(page, 'Build 42 is done');
  }

  expect(await backend?.stop()).toMatchObject({ status: 0 });
  await ours.locator('[data-state="waiting"]').waitFor();
  await startBackend();
  await connected(ours);
  await notify('Welcome back <b>everybody</b>');
  await shows(ours, 'Welcome back <b>everybody</b>');
  expect(await ours.locator('li').allTextContents()).toHaveLength(3);
  await ours.screenshot({ path: 'artifacts/notifications.png', animations: 'disabled' });
});

test('the page that the backend itself serves is the same, and says how to publish to it', async () => {
  if (!backend) await startBackend();
  const page = await openPage(browser, { colorScheme: 'dark', viewport: { width: 820, height: 400 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(`http://127.0.0.1:${port}/`);
  await connected(page);
  expect(await page.locator('#command').textContent()).toBe(`PORT=${port} npm run notify -- "Build 42 is done"`);
  await page.screenshot({ path: 'artifacts/notifications-empty.png', animations: 'disabled' });
  expect((await page.goto(`http://127.0.0.1:${port}/nothing`))?.status()).toBe(404);
  expect(errors.filter((text) => !text.includes('404'))).toEqual([]);
});
