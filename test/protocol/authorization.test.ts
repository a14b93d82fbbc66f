import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WampError } from '@wigwag/core';
import { ErrorUri } from '@wigwag/core/wire';
import type { NodeClientOptions } from '@wigwag/node';
import { connect } from '@wigwag/node';
import { byRole, Router, rules } from '@wigwag/router';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { Running, run } from '../support/process.js';
import { Log } from '../support/until.js';
import { matrix } from './support/matrix.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const authorization = byRole({
  anonymous: rules([
    { uri: 'open.', match: 'prefix', allow: ['publish', 'subscribe', 'call', 'register'] },
    { uri: 'open.closed', allow: [] },
  ]),
});

/** The URI of the error that a request comes to; `undefined` where it comes to none. */
async function refusal(request: Promise<unknown>): Promise<string | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    if (error instanceof WampError) return error.uri;
    throw error;
  }
}

matrix(
  'authorization: what is allowed works, what is not is refused by name',
  async ({ connect, router }) => {
    const [one, other] = [await connect(), await connect()];
    const heard = new Log<unknown>();
    await one.subscribe('open.', ({ args }) => heard.push(args[0]), { match: 'prefix' }).catch(() => heard.push('no'));
    await one.subscribe('open.topic', ({ args }) => heard.push(args[0]));
    await one.register('open.add', ([a, b]) => Number(a) + Number(b));
    await other.publish('open.topic', ['yes'], { acknowledge: true });
    expect(await heard.first(2)).toEqual(['no', 'yes']);
    expect(await other.call('open.add', [1, 2])).toBe(3);
    for (const uri of ['open.closed', 'other', 'wamp.session.count']) {
      expect(await refusal(other.call(uri))).toBe(ErrorUri.NOT_AUTHORIZED);
      expect(await refusal(other.subscribe(uri, () => {}))).toBe(ErrorUri.NOT_AUTHORIZED);
    }
    for (const uri of ['open.closed', 'other']) {
      expect(await refusal(other.publish(uri, [], { acknowledge: true }))).toBe(ErrorUri.NOT_AUTHORIZED);
      expect(await refusal(other.register(uri, () => 1))).toBe(ErrorUri.NOT_AUTHORIZED);
    }
    expect(router.stats()).toMatchObject({ denied: 11, published: 1 });
  },
  { authorization },
);

/** What a client from there may do at a router without rules. */
async function mayPublish(url: string, options: Partial<NodeClientOptions> = {}): Promise<boolean> {
  const client = await connect(url, { realm: 'realm1', ...options });
  try {
    return (await refusal(client.publish('a.b', [], { acknowledge: true }))) === undefined;
  } finally {
    await client.close();
  }
}

test('without rules: clients of this machine may do everything', async () => {
  const router = new Router();
  const folder = mkdtempSync(join(tmpdir(), 'wigwag-'));
  const { url } = await router.listen({ port: 0 });
  const raw = await router.listen({ protocol: 'rawsocket', port: 0 });
  const unix = await router.listen({ protocol: 'rawsocket', unix: join(folder, 'router.sock') });
  expect([await mayPublish(url), await mayPublish(raw.url), await mayPublish(unix.url)]).toEqual([true, true, true]);
  await router.close();
  rmSync(folder, { recursive: true });
});

test('without rules: what a proxy passes on comes from somewhere else', async () => {
  const router = new Router();
  const { url } = await router.listen({ port: 0 });
  for (const name of ['X-Forwarded-For', 'Forwarded', 'Via', 'X-Real-IP']) {
    expect(await mayPublish(url, { socket: { headers: { [name]: '192.0.2.1' } } })).toBe(false);
  }
  await router.close();
});

test('without rules: clients of other machines may do nothing', async ({ skip }) => {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (outside === undefined) return skip('this machine has no address but its loopback ones');
  const router = new Router();
  const web = await router.listen({ port: 0, host: '0.0.0.0' });
  const raw = await router.listen({ protocol: 'rawsocket', port: 0, host: '0.0.0.0' });
  for (const { url } of [web, raw]) expect(await mayPublish(url.replace('0.0.0.0', outside))).toBe(false);
  await router.close();
});

test('the snippets of docs/authorization.md run as they are shown', async () => {
  const text = readFileSync(`${root}docs/authorization.md`, 'utf8');
  const [server, page, dynamic, procedure, serving] = [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(
    (match) => match[1] ?? '',
  );
  const port = String(await freePort());
  const folder = `${root}artifacts/authorization`;
  mkdirSync(folder, { recursive: true });
  const program = (name: string, code: string) => {
    writeFileSync(`${folder}/${name}.mjs`, code.replaceAll('8080', port));
    return `${folder}/${name}.mjs`;
  };
  const router = new Running(process.execPath, [program('server', `${server}\nconsole.log('up');`)]);
  try {
    await router.prints('up');
    expect(await run(program('page', page ?? ''), [])).toMatchObject({
      status: 0,
      stderr: '',
      stdout:
        'wamp.error.not_authorized: may not subscribe user.bob.inbox: no rule of the role "page" allows it\n' +
        'wamp.error.not_authorized: may not subscribe "shop." (prefix, all that it matches): no rule of the role "page" allows it\n',
    });
  } finally {
    await router.stop();
  }
  const decided = `import { Router } from '@wigwag/router';
const mayRead = async (authid, uri) => uri === 'news';
${dynamic}
const session = await new Router({ authorization }).session('realm1', { authid: 'ann', authrole: 'page' });
await session.subscribe('news', () => {});
await session.subscribe('other', () => {}).catch((error) => console.log(error.uri));`;
  const { stdout, stderr } = await run(program('dynamic', decided), []);
  expect([stdout, stderr]).toEqual([`${ErrorUri.NOT_AUTHORIZED}\n`, '']);
  const asked = `import { Router } from '@wigwag/router';
${procedure}
const router = new Router({ authorization });
const backend = await router.session('realm1', { authid: 'app', authrole: 'backend' });
${serving}
const page = await router.session('realm1', { authid: 'ann', authrole: 'page' });
await page.subscribe('news', () => {});
await page.publish('news', [], { acknowledge: true }).catch((error) => console.log(error.uri));`;
  const result = await run(program('asked', asked), []);
  expect([result.stdout, result.stderr]).toEqual([`${ErrorUri.NOT_AUTHORIZED}\n`, '']);
});
