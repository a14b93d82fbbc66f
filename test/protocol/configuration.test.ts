import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WampError } from '@wigwag/core';
import { ErrorUri } from '@wigwag/core/wire';
import { connect, ticket, wampcra } from '@wigwag/node';
import { SignJWT } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { Running, run } from '../support/process.js';
import { Log } from '../support/until.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = 'packages/router/bin/wigwag-router.js';
const document = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
const example = /```json\n([\s\S]*?)```/.exec(document)?.[1] ?? '';
const secrets = { BACKEND_TICKET: 'open sesame', ANN_SECRET: 'a long shared secret' };

const running: Running[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const process of running.splice(0)) await process.stop('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder with a configuration in it. */
function place(config: unknown): { readonly folder: string; readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'wigwag-config-'));
  folders.push(folder);
  const file = join(folder, 'shop.json');
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  return { folder, file };
}

/** Runs a router, and waits until it listens everywhere. */
async function start(
  file: string,
  env: Record<string, string>,
  listeners = 1,
): Promise<{ process: Running; urls: string[] }> {
  const process_ = new Running(process.execPath, [bin, '--config', file], env);
  running.push(process_);
  const urls = () => [...process_.stdout.matchAll(/^listening on (\S+)$/gm)].map((match) => match[1] ?? '');
  await process_.prints('listening on');
  while (urls().length < listeners) await new Promise((resolve) => setImmediate(resolve));
  return { process: process_, urls: urls() };
}

const refusal = (error: unknown) => (error instanceof WampError ? error.uri : Promise.reject(error));

test('the example of docs/configuration.md: logins, rules, history, both listeners', async () => {
  const [web, raw] = [await freePort(), await freePort()];
  const { file } = place(example.replace('"port": 8080', `"port": ${web}`).replace('"port": 8081', `"port": ${raw}`));
  expect(await run(bin, ['check', file], secrets)).toMatchObject({
    status: 0,
    stdout: `${file} is right\n`,
    stderr: '',
  });
  const { process: router, urls } = await start(file, secrets, 2);
  expect(urls).toEqual([`ws://127.0.0.1:${web}/ws`, `rs://127.0.0.1:${raw}`]);

  const page = await connect(urls[0] ?? '', {
    realm: 'shop',
    auth: [wampcra({ authid: 'ann', secret: () => secrets.ANN_SECRET })],
  });
  const backend = await connect(urls[1] ?? '', {
    realm: 'shop',
    auth: [ticket({ authid: 'backend', ticket: () => secrets.BACKEND_TICKET })],
  });
  const heard = new Log<unknown>();
  await page.subscribe('user.ann.inbox', ({ args }) => heard.push(args[0]));
  await backend.publish('user.ann.inbox', ['hello'], { acknowledge: true });
  expect(await heard.first(1)).toEqual(['hello']);
  expect(await page.subscribe('user.bob.inbox', () => {}).catch(refusal)).toBe(ErrorUri.NOT_AUTHORIZED);
  expect(await page.publish('shop.tick', [], { acknowledge: true }).catch(refusal)).toBe(ErrorUri.NOT_AUTHORIZED);
  expect(await backend.call('wamp.session.count')).toBe(2);
  await expect(
    connect(urls[0] ?? '', { realm: 'shop', auth: [wampcra({ authid: 'ann', secret: () => 'wrong' })] }),
  ).rejects.toThrow(ErrorUri.AUTHENTICATION_DENIED);
  await page.close();
  await backend.close();
  expect(await router.stop()).toMatchObject({ status: 0, stderr: '' });
});

test('check prints each mistake as docs/configuration.md shows, and ends with 1', async () => {
  const { file } = place(example.replace('"allow": ["subscribe", "call"]', '"allow": ["subscribe", "listen"]'));
  const lines = [...document.matchAll(/^ *(wigwag-router: shop\.json: .*)$/gm)].map((match) => match[1] ?? '');
  expect(lines).toHaveLength(2);
  const shown = (line = '') => `${line.replace('shop.json', file)}\n`;
  const first = await run(bin, ['check', file], secrets);
  expect(first).toMatchObject({ status: 1, stdout: '', stderr: shown(lines[0]) });
  const second = place(example.replace('"ann": { "authrole": "page"', '"ann": { "authrole": "pages"'));
  expect(await run(bin, ['check', second.file], secrets)).toMatchObject({
    status: 1,
    stderr: shown(lines[1]).replace(file, second.file),
  });
  expect(await run(bin, ['--config', second.file], secrets)).toMatchObject({ status: 1, stdout: '' });
  expect(await run(bin, ['check', second.file])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('users.backend.ticket.env: the environment variable BACKEND_TICKET is not set'),
  });
});

test('TLS, tokens whose key is in a file, and a unix socket', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { folder, file } = place({
    realms: { shop: { roles: { page: [{ uri: 'news', allow: ['publish'] }] } } },
    authenticators: [
      {
        method: 'ticket',
        jwt: { keys: { file: 'key.pem' }, algorithms: ['EdDSA'], issuer: 'shop', audience: 'router' },
      },
    ],
    listeners: [
      { port: 0, tls: { certFile: 'cert.pem', keyFile: 'key.tls.pem' } },
      { protocol: 'rawsocket', unix: 'router.sock' },
    ],
  });
  for (const [from, to] of [
    ['cert.pem', 'cert.pem'],
    ['key.pem', 'key.tls.pem'],
  ] as const) {
    copyFileSync(join(root, 'test/support/fixtures', `localhost.${from}`), join(folder, to));
  }
  writeFileSync(
    join(folder, 'key.pem'),
    createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ type: 'spki', format: 'pem' }),
  );
  const { urls } = await start(file, {}, 2);
  const token = await new SignJWT({ authrole: 'page' })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setSubject('ann')
    .setIssuer('shop')
    .setAudience('router')
    .setExpirationTime('1h')
    .sign(privateKey);
  const ca = readFileSync(join(folder, 'cert.pem'));
  for (const [url, socket] of [
    [urls[0]?.replace('127.0.0.1', 'localhost'), { ca }],
    [urls[1], {}],
  ] as const) {
    const auth = [ticket({ authid: 'ann', ticket: () => token })];
    const page = await connect(url ?? '', { realm: 'shop', auth, socket });
    await page.publish('news', [], { acknowledge: true });
    expect(await page.publish('other', [], { acknowledge: true }).catch(refusal)).toBe(ErrorUri.NOT_AUTHORIZED);
    await page.close();
  }
});

test('certificates that cannot be used are an error that says so', async () => {
  const { file } = place({ listeners: [{ port: 0, tls: { certFile: 'no.pem', keyFile: 'no.pem' } }] });
  const { status, stderr } = await run(bin, ['--config', file]);
  expect([status, stderr.startsWith('wigwag-router: ')]).toEqual([1, true]);
  expect(stderr).toContain('no.pem');
});

test.each([
  [['--config', 'x.json', '--port', '1'], 'with --config the file says everything: leave --port off'],
  [['check'], 'check takes the name of one file'],
  [['check', 'a', 'b'], 'check takes the name of one file'],
  [['check', 'a', '--realm', 'x'], 'check takes no options: leave --realm off'],
  [['run'], 'there is no command "run", only check'],
])('%j is a mistake that is explained, and ends with 2', async (args, message) => {
  expect(await run(bin, args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
});

test('what is published of the schema is current', () => {
  const { stderr, status } = spawnSync(process.execPath, ['scripts/config-schema.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([stderr, status]).toEqual(['', 0]);
});
