import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { connect } from '@wigwag/node';
import { Router } from '@wigwag/router';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { Log } from '../support/until.js';
import { launchChromium, openPage } from './chromium.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const router = new Router({ realms: ['realm1'], history: [{ topic: 'shop.tick' }] });
let url: string;
let site: Server;
let browser: Browser;
let address: string;
beforeAll(async () => {
  ({ url } = await router.listen({ port: 0 }));
  // A page of this machine: one from nowhere may not connect to it.
  const port = await freePort();
  site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
  await new Promise<void>((listening) => site.listen(port, '127.0.0.1', listening));
  address = `http://127.0.0.1:${port}/`;
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  site?.close();
  await router.close();
});

/** What a page loads of a program. */
async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** Runs a program in a page; what it prints comes back. */
async function inPage(contents: string): Promise<Log<string>> {
  const content = await bundled(contents);
  const lines = new Log<string>();
  const page = await openPage(browser);
  page.on('console', (message) => lines.push(message.text()));
  await page.goto(address);
  await page.addScriptTag({ content, type: 'module' });
  return lines;
}

test('a page that only subscribes hears events, before a reconnect and after it', async () => {
  const lines = await inPage(`
    import { connect } from '@wigwag/browser/subscriber';
    const client = await connect(${JSON.stringify(url)}, { realm: 'realm1', backoff: { initial: 1, max: 1 } });
    await client.subscribe('shop.tick', ({ args }) => console.log(args[0]));
    client.on('state', ({ type }) => type === 'joined' && console.log('again'));
    console.log('session ' + client.session);`);
  const [first = ''] = await lines.first(1);
  const backend = await connect(url, { realm: 'realm1' });
  await backend.publish('shop.tick', ['one'], { acknowledge: true });
  expect((await lines.first(2)).at(-1)).toBe('one');
  await backend.call('wamp.session.kill', [Number(first.split(' ')[1])], {
    kwargs: { reason: 'wamp.close.system_shutdown' },
  });
  expect((await lines.first(3)).at(-1)).toBe('again');
  const publish = setInterval(() => backend.publish('shop.tick', ['two']), 5);
  expect((await lines.first(4)).at(-1)).toBe('two');
  clearInterval(publish);
  await backend.close();
});

test('a worker of a page has a connection of its own, and closes it', async () => {
  const program = await bundled(`
    import { connect } from '@wigwag/browser';
    const client = await connect(${JSON.stringify(url)}, { realm: 'realm1' });
    client.on('state', ({ type }) => console.log(type));
    await client.subscribe('shop.worker', ({ args }) => console.log(args[0]));
    await client.publish('shop.worker', ['to myself'], { acknowledge: true, exclude_me: false });
    dispatchEvent(new Event('online'));
    await client.call('wamp.session.count');
    await client.close();`);
  const lines = await inPage(`
    const program = new Blob([${JSON.stringify(program)}], { type: 'text/javascript' });
    new Worker(URL.createObjectURL(program), { type: 'module' });`);
  expect(await lines.first(3)).toEqual(['to myself', 'closing', 'closed']);
});

test('a page that imports what few need has all of it', async () => {
  const lines = await inPage(`
    import { batching, connect, eventsOf, heartbeat, historyOf, recovery, waiting } from '@wigwag/browser';
    const client = await connect(${JSON.stringify(url)}, {
      realm: 'realm1',
      batch: batching(),
      heartbeat: heartbeat({ interval: 50, timeout: 10_000 }),
      offline: 'wait',
      recovery: recovery(),
      waiting: waiting(),
    });
    const subscription = await client.subscribe('shop.tick', () => {}, { recover: true });
    console.log('recovers ' + subscription.recovers);
    const stream = eventsOf(client, 'shop.tick');
    await stream.subscribed;
    await client.publish('shop.tick', ['three'], { acknowledge: true, exclude_me: false });
    for await (const { args } of stream) {
      console.log(args[0]);
      break;
    }
    console.log((await historyOf(client, subscription, { reverse: true, limit: 1 })).events[0].args[0]);`);
  expect(await lines.first(3)).toEqual(['recovers true', 'three', 'three']);
});
