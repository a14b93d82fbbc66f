import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { SignJWT } from 'jose';
import { afterAll, expect, test } from 'vitest';
import { launchChromium, openPage } from './browser/chromium.js';
import { Running } from './support/process.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}artifacts/authentication`;
const document = readFileSync(`${root}docs/authentication.md`, 'utf8');
const snippets = [...document.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

/** The snippets that were run. */
const shown = new Set<string>();

/** The snippet of the document that has this in it. */
function snippet(part: string): string {
  const found = snippets.filter((code) => code.includes(part));
  expect(found, part).toHaveLength(1);
  const [code = ''] = found;
  shown.add(code);
  return code;
}

function program(name: string, code: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.mjs`, code);
  return `${folder}/${name}.mjs`;
}

const running: Running[] = [];
const cleanUp: (() => unknown)[] = [];
afterAll(async () => {
  for (const process of running) await process.stop('SIGKILL');
  for (const run of cleanUp) await run();
});

/** Runs a router of the document, and returns its address and what prints who joined. */
async function startRouter(name: string, code: string): Promise<{ url: string; router: Running }> {
  const observed = code.replace(
    /(const router = new Router\(.*\);\n)/,
    `$1router.on('listener:up', (url) => console.log('up at', url));
router.on('session:joined', (s) => console.log(s.authid, 'joined as', s.authrole, 'by', s.authmethod));
router.on('error', console.error);
`,
  );
  expect(observed).not.toBe(code);
  const listen = observed.includes('router.listen') ? observed : `${observed}\nawait router.listen({ port: 0 });`;
  const router = new Running(process.execPath, [program(`${name}-router`, listen)], { JOB_TICKET: 'a ticket' });
  running.push(router);
  await router.prints('up at');
  await router.prints('\n');
  return { url: /up at (\S+)/.exec(router.stdout)?.[1] ?? '', router };
}

/** Runs a client of the document until it has joined. */
async function runClient(name: string, url: string, code: string, imports = ''): Promise<void> {
  const preamble = `${imports}\nconst url = ${JSON.stringify(url)};\n`;
  const client = new Running(process.execPath, [program(`${name}-client`, `${preamble}${code}\nprocess.exit(0);`)]);
  expect(await client.ended).toMatchObject({ status: 0, stderr: '' });
}

const fromRouter = (names: string) => `import { Router, staticUsers, ${names} } from '@wigwag/router';\n`;
const fromNode = (names: string) => `import { connect, ${names} } from '@wigwag/node';\n`;

test('shared secrets and tickets', async () => {
  const { url, router } = await startRouter('secrets', snippet('JOB_TICKET'));
  const askForPassword = "const askForPassword = () => 'a long shared secret';";
  await runClient('secrets', url, snippet('[wampcra({ authid'), askForPassword);
  await router.prints('ann joined as staff by wampcra');
});

test('passwords', async () => {
  const { url, router } = await startRouter('passwords', fromRouter('scram') + snippet('scramCredential('));
  const askForPassword = "const askForPassword = () => 'correct horse battery staple';\n";
  await runClient('passwords', url, snippet('[scram({ authid'), fromNode('scram') + askForPassword);
  await router.prints('ann joined as staff by wamp-scram');
});

test('tokens', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'EdDSA' }] }));
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => site.close());
  const keys = `http://127.0.0.1:${(site.address() as AddressInfo).port}/keys`;
  const address = 'https://login.example/.well-known/jwks.json';
  const { url, router } = await startRouter('tokens', snippet('jwt({').replace(address, keys));
  const token = await new SignJWT({ authrole: 'customer' })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer('https://login.example')
    .setAudience('shop')
    .setSubject('ann')
    .setExpirationTime('1h')
    .sign(privateKey);
  const freshToken = `const freshToken = async () => '${token}';`;
  await runClient('tokens', url, snippet('[ticket({ ticket'), fromNode('ticket') + freshToken);
  await router.prints('ann joined as customer by ticket');
});

test('client certificates', async () => {
  const fixture = (name: string) => JSON.stringify(`${root}test/support/fixtures/${name}.pem`);
  const files = `const certFile = ${fixture('localhost.cert')};
const keyFile = ${fixture('localhost.key')};
const caFile = ${fixture('authority.cert')};\n`;
  const code = snippet("clientCertificates: 'require' } }").replace('listen({ tls', 'listen({ port: 0, tls');
  const { url, router } = await startRouter('certificates', fromRouter('tls') + files + code);
  const own = `import { readFileSync } from 'node:fs';
const [cert, key] = [${fixture('laptop.cert')}, ${fixture('laptop.key')}].map((file) => readFileSync(file));\n`;
  const client = snippet('socket: { cert, key }').replace(
    '{ cert, key }',
    `{ cert, key, ca: readFileSync(${fixture('localhost.cert')}) }`,
  );
  await runClient('certificates', url, client, fromNode('tls') + own);
  await router.prints('laptop-7 joined as device by tls');
});

test('cookies, in a page whose site has set one', async () => {
  const sessions =
    "const userOfSession = (sid) => (sid === 's1' ? { authid: 'ann', authrole: 'customer' } : undefined);\n";
  const { url, router } = await startRouter('cookies', fromRouter('cookie') + sessions + snippet('cookie({ check })'));
  const code = `import { connect, cookie } from '@wigwag/browser';
const url = ${JSON.stringify(url)};
${snippet('[cookie()]')}`;
  const entryPoints = [program('cookies-page', code)];
  const bundle = await build({ entryPoints, bundle: true, format: 'esm', platform: 'browser', write: false });
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').setHeader('set-cookie', 'sid=s1; HttpOnly; SameSite=Strict');
    response.end('<!doctype html>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const browser = await launchChromium();
  cleanUp.push(
    () => browser.close(),
    () => site.close(),
  );
  const page = await openPage(browser);
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? '', type: 'module' });
  await router.prints('ann joined as customer by cookie');
});

test('users of a database, and of a procedure', async () => {
  const row =
    "const rowFor = async (authid) => ({ authrole: 'staff', wampcra: { secret: 'x' }, role: 'staff', secret: 'x' });\n";
  const database = `${fromRouter('wampcra')}${row}${snippet("provider: 'database'")}
const router = new Router({ realms: ['shop'], authenticators: [wampcra({ users })] });\n`;
  const procedure = `${fromRouter('usersByProcedure, wampcra')}${row}${snippet('usersByProcedure({')}
const backend = await router.session('backend', { authid: 'backend', authrole: 'backend' });
${snippet("register('login.find'")}`;
  for (const [name, code] of Object.entries({ database, procedure })) {
    const { url, router } = await startRouter(name, code);
    const client = "await connect(url, { realm: 'shop', auth: [wampcra({ authid: 'ann', secret: () => 'x' })] });";
    await runClient(name, url, client, fromNode('wampcra'));
    await router.prints('ann joined as staff by wampcra');
  }
});

test('every snippet of the document was run', () => {
  expect(snippets.filter((code) => !shown.has(code))).toEqual([]);
});
