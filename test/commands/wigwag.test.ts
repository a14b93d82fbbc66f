import { createServer } from 'node:net';
import { connect } from '@wigwag/node';
import { Router } from '@wigwag/router';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Running, run } from '../support/process.js';
import { Log, until } from '../support/until.js';

const script = 'packages/node/bin/wigwag.js';
let router: Router;
let url: string;
beforeAll(async () => {
  router = new Router();
  ({ url } = await router.listen({ port: 0 }));
});
afterAll(() => router.close());

const wigwag = (...args: readonly string[]) => run(script, [...args, '--url', url]);
/** The flags come first: what stands behind `--` is a command of its own. */
const start = (command: string, ...args: readonly string[]) =>
  new Running(process.execPath, [script, command, '--url', url, ...args]);

test.each(['json', 'cbor', 'msgpack'])(
  'publish is acknowledged and heard by subscribe, over %s',
  async (serializer) => {
    const subscriber = start('subscribe', 'shop.tick', '--count', '2', '--serializer', serializer);
    await subscriber.prints('subscribed to shop.tick');
    const published = await wigwag('publish', 'shop.tick', '1.5', 'apple', '{"a":[1]}', '--serializer', serializer);
    expect(published).toMatchObject({ status: 0, stderr: '' });
    expect(published.stdout).toMatch(/^\d+\n$/);
    expect(await wigwag('publish', 'shop.tick', '--kwargs', '{"unit":"kg"}', '--no-ack')).toEqual({
      status: 0,
      signal: null,
      stdout: '',
      stderr: '',
    });
    const { status, stdout } = await subscriber.ended;
    expect(status).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { topic: 'shop.tick', args: [1.5, 'apple', { a: [1] }], kwargs: {}, publication: Number(published.stdout) },
      { topic: 'shop.tick', args: [], kwargs: { unit: 'kg' }, publication: expect.any(Number) },
    ]);
  },
);

test('register answers with the arguments, or with what a command prints; call prints the result', async () => {
  const echo = start('register', 'shop.echo', '--count', '1');
  await echo.prints('registered shop.echo');
  expect(await wigwag('call', 'shop.echo', '1', 'two', '--kwargs', '{"three":3}')).toMatchObject({
    status: 0,
    stdout: '{"args":[1,"two"],"kwargs":{"three":3}}\n',
  });
  expect(await echo.ended).toMatchObject({ status: 0 });

  const double = ['-e', 'process.stdin.on("data", (d) => console.log(JSON.parse(d).args[0] * 2))'];
  const served = start('register', 'shop.double', '--', process.execPath, ...double);
  await served.prints('registered shop.double');
  expect(await wigwag('call', 'shop.double', '21')).toMatchObject({ status: 0, stdout: '42\n' });
  expect(await served.stop()).toMatchObject({ status: 0, signal: null });
  await until(() => router.stats().sessions === 0);
});

test('arguments may be negative, look like options behind --, and keep every digit of an integer', async () => {
  const echo = start('register', 'shop.echo', '--count', '1');
  await echo.prints('registered shop.echo');
  const args = ['-5', '-.5', '-1e3', '9007199254740993', '-170141183460469231731687303715884105728'];
  const { status, stdout } = await run(script, [
    'call',
    '--url',
    url,
    'shop.echo',
    ...args,
    '--',
    '--kwargs',
    '-x',
    '-7',
  ]);
  expect(status).toBe(0);
  expect(stdout).toBe(
    '{"args":[-5,"-.5",-1000,9007199254740993,-170141183460469231731687303715884105728,"--kwargs","-x",-7],"kwargs":{}}\n',
  );
  expect(echo.stdout).toContain('9007199254740993');
  await echo.ended;
});

test('what a command prints keeps every digit too', async () => {
  const server = start('register', 'shop.big', '--', process.execPath, '-e', 'console.log("9007199254740993")');
  await server.prints('registered shop.big');
  expect(await wigwag('call', 'shop.big')).toMatchObject({ stdout: '9007199254740993\n' });
  await server.stop();
});

describe('a command that is not done', () => {
  const ended = new Log<boolean>();
  beforeAll(async () => {
    const callee = await connect(url, { realm: 'realm1' });
    await callee.register('shop.never', (_, { signal }) => {
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          ended.push(true);
          resolve(undefined);
        });
      });
    });
    return () => callee.close();
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is stopped by %s, which ends its call at the callee', async (signal, status) => {
    const before = ended.entries.length;
    const caller = start('call', 'shop.never');
    await until(() => router.stats().calls === 1);
    expect(await caller.stop(signal)).toMatchObject({ status, stdout: '', stderr: `wigwag: stopped by ${signal}\n` });
    await ended.first(before + 1);
  });

  test('is given up after --timeout', async () => {
    const before = ended.entries.length;
    expect(await wigwag('call', 'shop.never', '--timeout', '300')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'wigwag: wamp.error.timeout: it was not done within 300 ms\n',
    });
    // It may have been over before it was called at all; else the callee hears of it.
    await until(() => router.stats().calls === 0);
    expect(ended.entries.length).toBeLessThanOrEqual(before + 1);
  });

  test('is stopped and given up while it connects, too', async () => {
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const nobody = `ws://127.0.0.1:${typeof address === 'object' && address?.port}/ws`;
    expect(await run(script, ['publish', 'a.b', '--url', nobody, '--timeout', '300'])).toMatchObject({
      status: 1,
      stderr: 'wigwag: wamp.error.timeout: it was not done within 300 ms\n',
    });
    const connected = new Promise((resolve) => mute.once('connection', resolve));
    const publisher = new Running(process.execPath, [script, 'publish', 'a.b', '--url', nobody]);
    await connected;
    expect(await publisher.stop()).toMatchObject({ status: 143, stderr: 'wigwag: stopped by SIGTERM\n' });
    mute.close();
  });
});

test('a command that fails is an error at the caller', async () => {
  const server = start('register', 'shop.fails', '--', process.execPath, '-e', 'process.exit(3)');
  await server.prints('registered shop.fails');
  const { status, stderr } = await wigwag('call', 'shop.fails');
  expect(status).toBe(1);
  expect(stderr).toContain('wigwag.error.runtime_error');
  expect(stderr).toContain('exited with status 3');
  await server.stop();
});

test('pattern and shared registrations are taken as they are given', async () => {
  const workers = ['one', 'two'].map(() =>
    start('register', 'work.', '--match', 'prefix', '--invoke', 'roundrobin', '--count', '1'),
  );
  await Promise.all(workers.map((worker) => worker.prints('registered work.')));
  for (const job of ['work.a', 'work.b']) expect(await wigwag('call', job)).toMatchObject({ status: 0 });
  for (const worker of workers) expect(await worker.ended).toMatchObject({ status: 0 });
});

test.each(['single', 'roundrobin', 'random', 'first', 'last', 'load', 'all'])(
  'a procedure is registered with the policy %s',
  async (invoke) => {
    const caller = await connect(url, { realm: 'realm1' });
    const procedure = `policy.${invoke}`;
    const worker = start('register', procedure, '--invoke', invoke);
    await worker.prints(`registered ${procedure}`);
    const id = await caller.call('wamp.registration.lookup', [procedure]);
    expect(await caller.call('wamp.registration.get', [id])).toMatchObject({ invoke });
    await worker.stop();
    await caller.close();
  },
);

test.each([
  ['a call to nobody', ['call', 'no.body'], 'wamp.error.no_such_procedure'],
  ['a topic that is none', ['publish', 'a..b'], 'wamp.error.invalid_uri'],
  ['a realm that does not exist', ['publish', 'a.b', '--realm', 'nowhere'], 'wamp.error.no_such_realm'],
])('%s exits with 1 and names the URI', async (_, args, uri) => {
  const { status, stdout, stderr } = await wigwag(...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(uri);
});

test('an address where nothing listens exits with 1 and names the address', async () => {
  const { status, stderr } = await run(script, ['publish', 'a.b', '--url', 'ws://127.0.0.1:1/ws']);
  expect(status).toBe(1);
  expect(stderr).toContain('ws://127.0.0.1:1/ws');
});

test.each([
  [[], 'say what to do'],
  [['shout', 'a.b'], 'no command "shout"'],
  [['publish'], 'needs a topic'],
  [['call', 'a.b', '--loud'], '--loud'],
  [['call', 'a.b', '--ack'], '--ack is no option of wigwag call'],
  [['publish', 'a.b', '{"a":'], 'starts like JSON and is none'],
  [['publish', 'a.b', '--kwargs', '[1]'], '--kwargs takes a JSON object'],
  [['subscribe', 'a.b', 'c'], 'takes no arguments'],
  [['subscribe', 'a.b', '--match', 'regex'], '--match takes exact, prefix, wildcard'],
  [
    ['register', 'a.b', '--invoke', 'any'],
    '--invoke takes single, roundrobin, random, first, last, load, all, and got any',
  ],
  [['subscribe', 'a.b', '--count', '0'], '--count takes a whole number'],
  [['publish', 'a.b', '--serializer', 'xml'], '--serializer takes json, cbor or msgpack'],
  [['subscribe', 'a.b', '--', '--c'], 'takes no arguments: --c'],
  [['call', 'a.b', '--timeout', '-5'], '--timeout takes a whole number from 1 up, and got -5'],
  [['subscribe', 'a.b', '--timeout', '5'], '--timeout is no option of wigwag subscribe'],
])('the command line %j exits with 2 and says what is wrong', async (args, text) => {
  const { status, stdout, stderr } = await run(script, args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(text);
});

test('--help and --version', async () => {
  expect(await run(script, ['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('wigwag publish') });
  expect(await run(script, ['--version'])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});
