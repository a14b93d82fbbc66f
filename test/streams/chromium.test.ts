import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { cbor } from '@wigwag/core/serializer/cbor';
import { connect } from '@wigwag/node';
import { Router } from '@wigwag/router';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { launchChromium, openPage } from '../browser/chromium.js';
import { until } from '../support/until.js';

const CHUNK = 64 * 2 ** 10;
/** Chunks: 64 MiB. */
const COUNT = 1_024;
/** What is under way when nobody reads: a window, the chunk that waits for more, and the one that is being read. */
const UNDER_WAY = 18;

async function bundle(): Promise<string> {
  const entryPoints = [fileURLToPath(new URL('page.js', import.meta.url))];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', platform: 'browser', write: false });
  return outputFiles[0]?.text ?? '';
}

/** A server with one page: an origin that the router knows as its own. */
async function serve(script: string) {
  const page = '<!doctype html><title>A slow page</title><script type="module" src="/page.js"></script>';
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html').end(isScript ? script : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}` };
}

test('a page that reads slowly holds its caller back, and gets everything', async () => {
  const { server, url } = await serve(await bundle());
  const router = new Router();
  const listener = await router.listen({ server });
  const browser = await launchChromium();
  const client = await connect(listener.url, { realm: 'realm1', serializers: [cbor()] });
  try {
    const tab = await openPage(browser);
    await tab.goto(url);
    // What is in the quotes runs in the page.
    await tab.waitForFunction('typeof serve === "function"');
    await tab.evaluate(`page.hold = 100, serve(${JSON.stringify(listener.url)})`);
    await tab.waitForFunction('page.ready');

    let produced = 0;
    let queued = 0;
    function* source() {
      while (produced < COUNT) {
        queued = Math.max(queued, router.stats().queuedBytes);
        yield new Uint8Array(CHUNK).fill(++produced % 256);
      }
    }
    const { result } = client.stream('page.swallow', [], { input: source() });
    for (const hold of [100, 101, 400]) {
      await tab.evaluate(`page.hold = ${hold}`);
      await until(() => produced >= hold);
      await tab.waitForFunction(`page.read >= ${hold}`);
      // All that was on its way when the page stopped is behind these.
      expect(await client.call('page.read')).toBe(hold);
      await client.call('wamp.session.count');
      expect(produced).toBeLessThanOrEqual(hold + UNDER_WAY);
    }
    await tab.evaluate('page.hold = Infinity');
    expect((await result).args).toEqual([COUNT * CHUNK]);
    expect(queued).toBeLessThanOrEqual(UNDER_WAY * (CHUNK + 100));
  } finally {
    await client.close();
    await browser.close();
    await router.close();
    server.closeAllConnections();
    server.close();
  }
}, 300_000);
