import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import type { Client } from '@wigwag/core';
import { connect, eventsOf } from '@wigwag/node';
import { Router } from '@wigwag/router';
import { build, transform } from 'esbuild';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { run } from './support/process.js';
import { until } from './support/until.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}artifacts/disposal`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let router: Router;
let url: string;
let client: Client;
beforeEach(async () => {
  router = new Router();
  ({ url } = await router.listen({ port: 0 }));
  client = await connect(url, { realm: 'realm1' });
});
afterEach(async () => {
  await client.close();
  await router.close();
});

test('a subscription, a registration, a stream and a client end as their scope does', async () => {
  const subscription = await client.subscribe('a.b', () => {});
  const registration = await client.register('a.c', () => 1);
  expect(router.stats()).toMatchObject({ subscriptions: 1, registrations: 1 });
  await subscription[Symbol.asyncDispose]();
  await registration[Symbol.asyncDispose]();
  expect(router.stats()).toMatchObject({ subscriptions: 0, registrations: 0 });

  const events = eventsOf(client, 'a.b');
  await events.subscribed;
  await events[Symbol.asyncDispose]();
  expect(router.stats().subscriptions).toBe(0);

  await client.register('a.d', () => new Promise(() => {}));
  const stream = client.stream('a.d');
  await until(() => router.stats().calls === 1);
  await stream[Symbol.asyncDispose]();
  await expect(stream.result).rejects.toMatchObject({ uri: 'wamp.error.canceled' });
  await until(() => router.stats().calls === 0);

  await client[Symbol.asyncDispose]();
  expect(client.state).toEqual({ type: 'closed', error: undefined });
  await client[Symbol.asyncDispose]();

  const session = await router.session('realm1', { authid: 'backend', authrole: 'backend' });
  await session[Symbol.asyncDispose]();
  expect(session.state.type).toBe('closed');
});

test('iterations that are left early, before and after something came, leave nothing behind', async () => {
  const early = eventsOf(client, 'a.b')[Symbol.asyncIterator]();
  expect(await early.return?.()).toEqual({ done: true, value: undefined });
  await until(() => router.stats().subscriptions === 0);

  const events = eventsOf(client, 'a.b');
  await events.subscribed;
  const reading = events[Symbol.asyncIterator]();
  const pending = reading.next();
  await client.publish('a.b', [1], { exclude_me: false });
  expect((await pending).value).toMatchObject({ args: [1] });
  const never = reading.next();
  await reading.return?.();
  expect(await never).toEqual({ done: true, value: undefined });
  expect(await reading.next()).toEqual({ done: true, value: undefined });
  await until(() => router.stats().subscriptions === 0);

  const looped = eventsOf(client, 'a.b');
  await looped.subscribed;
  await expect(async () => {
    const publishing = client.publish('a.b', [1], { exclude_me: false });
    for await (const _ of looped) throw new Error('left');
    await publishing;
  }).rejects.toThrow('left');
  await until(() => router.stats().subscriptions === 0);
});

test('await using closes what it holds', async () => {
  const { code } = await transform(
    `import { connect } from '@wigwag/node';
{
  await using client = await connect(${JSON.stringify(url)}, { realm: 'realm1' });
  await using subscription = await client.subscribe('a.b', () => {});
  console.log('open', client.state.type);
}
console.log('closed');`,
    { loader: 'ts', format: 'esm', target: 'node20' },
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/program.mjs`, code);
  // It ends by itself: nothing is left open.
  expect(await run(`${folder}/program.mjs`, [])).toMatchObject({
    status: 0,
    stdout: 'open joined\nclosed\n',
    stderr: '',
  });
  await until(() => router.stats().sessions === 1);
});

test('a runtime without the symbol gets no such method, and nothing breaks', async () => {
  const { outputFiles } = await build({
    entryPoints: [`${root}packages/core/dist/session/disposing.js`],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'bundle',
  });
  const code = `${outputFiles[0]?.text}; Reflect.ownKeys(bundle.disposing({ own: 1 }, async () => {}))`;
  const keys: unknown = runInNewContext(`delete Symbol.asyncDispose; ${code}`);
  expect(JSON.stringify(keys)).toBe('["own"]');
});

test.each(['ES2022', 'ESNext'])('with lib %s our types compile, declarations of ours included', (lib) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    `${folder}/consumer.mts`,
    `import { connect } from '@wigwag/node';
const client = await connect('ws://localhost', { realm: 'realm1' });
const subscription = await client.subscribe('a.b', () => {});
const done: Promise<void> = subscription[Symbol.asyncDispose]();
${lib === 'ESNext' ? 'await using held = client; export { held };' : ''}
export { done };
`,
  );
  const compilerOptions = {
    target: 'ES2022',
    lib: [lib],
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files: ['consumer.mts'] }));
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  expect(spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout).toBe('');
});
