import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Code } from '@wigwag/core/wire';
import { afterEach, expect, test } from 'vitest';
import { until } from './support/peer.js';
import { dial, dialIn } from './support/sockets.js';

const bin = fileURLToPath(new URL('../bin/wigwag-router.js', import.meta.url));

interface Run {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: string[];
  readonly errors: string[];
  readonly exit: Promise<number | null>;
}

const running = new Set<ChildProcessWithoutNullStreams>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [bin, ...args]);
  running.add(child);
  const collect = (into: string[]) => (data: Buffer) => void into.push(...data.toString().split('\n').filter(Boolean));
  const [lines, errors]: [string[], string[]] = [[], []];
  child.stdout.on('data', collect(lines));
  child.stderr.on('data', collect(errors));
  const exit = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, lines, errors, exit };
}

/** The address in the line that says where it listens. */
async function addressOf({ lines }: Run): Promise<string> {
  await until(() => lines.length > 0);
  const url = /^listening on (ws:\/\/\S+)$/.exec(lines[0] ?? '')?.[1];
  if (!url) throw new Error(`no address in ${lines[0]}`);
  return url;
}

test('it prints where it listens, a line for what happens, and ends with 0 on SIGTERM', async () => {
  const router = run('--port', '0', '--path', '/wamp', '--realm', 'shop', '--realm', 'zoo');
  const url = await addressOf(router);
  expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/wamp$/);

  const guest = await dial(url);
  guest.say(Code.HELLO, 'nowhere', {});
  await guest.closed;
  const peer = await dial(url);
  await peer.join('zoo');
  await dial(url).then((other) => other.join('shop'));
  router.child.kill('SIGTERM');
  expect((await peer.next(Code.GOODBYE))[2]).toBe('wamp.close.system_shutdown');
  expect(await router.exit).toBe(0);
  expect(router.errors).toEqual([]);
  const log = router.lines.join('\n');
  expect(log).toMatch(/^refused 127\.0\.0\.1:\d+: wamp\.error\.no_such_realm: there is no realm "[^"]+" here$/m);
  expect(log).toMatch(/^session \d+ joined zoo as anonymous-\w+ \(anonymous\) from 127\.0\.0\.1:\d+$/m);
  expect(log).toMatch(/^session \d+ left zoo: the router said wamp\.close\.system_shutdown$/m);
});

test('a taken port is an error that says so, and ends with 1, also when it is the second one', async () => {
  const first = run('--port', '0');
  const port = new URL(await addressOf(first)).port;
  const second = run('--port', port);
  expect(await second.exit).toBe(1);
  expect(second.errors.join()).toContain(`port ${port} is taken`);
  expect(second.lines).toEqual([]);
  const third = run('--port', '0', '--rawsocket', port);
  expect(await third.exit).toBe(1);
  expect(third.errors.join()).toContain(`port ${port} is taken`);
  first.child.kill('SIGINT');
  expect(await first.exit).toBe(0);
});

test.each([
  [['--prot', '1'], /--prot/],
  [['--port', 'many'], /--port takes a number/],
  [['--port', '70000'], /--port takes a number/],
  [['--path', 'ws'], /--path begins with/],
  [['--realm', 'no realm'], /--realm takes a URI/],
  [['extra'], /extra/],
])('%o is a mistake that is explained, and ends with 2', async (args, text) => {
  const router = run(...args);
  expect(await router.exit).toBe(2);
  expect(router.errors.join('\n')).toMatch(text);
  expect(router.lines).toEqual([]);
});

test('--help lists the options', async () => {
  const help = run('--help');
  expect(await help.exit).toBe(0);
  for (const option of ['--port', '--host', '--path', '--realm']) expect(help.lines.join('\n')).toContain(option);
});

test('--version prints the version of the package', async () => {
  const version = run('--version');
  expect(await version.exit).toBe(0);
  expect(version.lines).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
});

test('a client that breaks the protocol is a line in the log', async () => {
  const router = run('--port', '0');
  const url = await addressOf(router);
  const peer = await dialIn(url);
  peer.raw('line one\nline two');
  await peer.closed;
  await until(() => router.lines.some((line) => line.startsWith('violation by session')));
  router.child.kill('SIGTERM');
  expect(await router.exit).toBe(0);
});
