import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Router } from '@wigwag/router';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FrailLink } from '../support/frail-link.js';
import { frailLink } from '../support/frail-link.js';
import { launchChromium, openPage } from './chromium.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

let page: Page;
let link: FrailLink;
beforeAll(async () => {
  // The page alone is to find out: the router does not ask.
  const router = new Router({ heartbeat: { interval: 0 } });
  closing.push(() => router.close());
  const { url } = await router.listen({ port: 0 });
  link = await frailLink(Number(new URL(url).port));
  closing.push(() => link.close());

  const { outputFiles } = await build({
    stdin: {
      contents: `import { createClient, heartbeat } from '@wigwag/browser';
window.start = async (timeout) => {
  await window.client?.close();
  const options = { realm: 'realm1', backoff: { initial: 1, max: 1 }, heartbeat: heartbeat({ timeout }) };
  window.client = createClient('ws://127.0.0.1:${link.port}/ws', options);
  window.states = [];
  await client.connect();
  client.on('state', (state) => states.push(state.type));
};`,
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  const site = createServer((request, response) => {
    const script = request.url === '/page.js';
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(script ? outputFiles[0]?.text : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    site.close();
    site.closeAllConnections();
  });
  const browser = await launchChromium();
  closing.push(() => browser.close());
  page = await openPage(browser);
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  await page.waitForFunction('window.start');
});

const states = () => page.evaluate<string[]>('states');

test.each([
  ['the network is back', "dispatchEvent(new Event('online'))"],
  ['the page was frozen', "document.dispatchEvent(new Event('resume'))"],
  [
    'the page comes out of the back-forward cache',
    "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))",
  ],
])('a page finds out whether its connection lives when %s', async (_, event) => {
  // While it does, nothing comes of it, however slow the answer is.
  await page.evaluate('start(60_000)');
  for (let n = 0; n < 3; n++) {
    await page.evaluate(event);
    expect(await page.evaluate('client.call("wamp.session.count")')).toBeGreaterThan(0);
  }
  expect(await states()).toEqual([]);

  await page.evaluate('start(100)');
  const { opened } = link;
  link.cut();
  await page.evaluate(event);
  await page.waitForFunction('states.at(-1) === "joined"');
  expect(await states()).toEqual(['waiting', 'connecting', 'joined']);
  expect(link.opened).toBe(opened + 1);
  expect(await page.evaluate('client.state.type')).toBe('joined');
});

test('a page asks when it is looked at again after a while, and not after a glance elsewhere', async () => {
  const lookAway = (milliseconds: number) =>
    page.evaluate(`
      window.woken = 0;
      client.wake = () => void woken++;
      const { now } = Date;
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
      delete document.visibilityState;
      Date.now = () => now.call(Date) + ${milliseconds};
      document.dispatchEvent(new Event('visibilitychange'));
      Date.now = now;
      delete client.wake;
      woken;`);
  await page.evaluate('start(60_000)');
  expect(await page.evaluate('document.visibilityState')).toBe('visible');
  expect(await lookAway(0)).toBe(0);
  expect(await lookAway(60_000)).toBe(1);
});
