import { afterAll, beforeAll, expect, test } from 'vitest';
import { Running } from '../support/process.js';

/**
 * MiB that are streamed, more than any of the processes could hold unnoticed. `STREAM_MIB=1024 npx vitest run
 * test/streams` takes as much as a large file.
 */
const size = Number(process.env.STREAM_MIB ?? 256);
/** MiB that a process may take for it, whatever the size: windows of both directions, sockets and a serializer's copies. */
const BOUND = 64;

const node = (script: string, ...args: string[]) =>
  new Running(process.execPath, ['--expose-gc', `test/streams/${script}.mjs`, ...args]);

let router: Running;
let callee: Running;
let url: string;
beforeAll(async () => {
  router = node('router');
  await router.prints('listening on ');
  url = /listening on (\S+)/.exec(router.stdout)?.[1] ?? '';
  callee = node('callee', url);
  await callee.prints('ready');
});
afterAll(async () => {
  await callee.stop();
  const { stdout } = await router.stop();
  const { peak } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  // Of all that went through it above.
  expect(peak).toBeLessThan(BOUND);
});

/** Runs a caller to its end. @returns what it printed */
async function call(what: string): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await node('caller', url, what, String(size)).ended;
  if (status !== 0) throw new Error(stderr);
  console.log(`${what}, ${size} MiB: ${stdout.trim()}`);
  return JSON.parse(stdout);
}

const bounded = expect.toSatisfy((peak: number) => peak < BOUND, `less than ${BOUND} MiB`);
const bytes = size * 2 ** 20;

test(`${size} MiB from caller to callee take no memory to speak of, at either end nor between`, async () => {
  const outcome = await call('swallow');
  expect(outcome).toMatchObject({ peak: bounded, sent: bytes, callee: { bytes, peak: bounded } });
}, 600_000);

test(`${size} MiB each way at once, neither`, async () => {
  const outcome = await call('echo');
  expect(outcome).toMatchObject({ peak: bounded, received: bytes, inOrder: true, callee: { bytes, peak: bounded } });
}, 600_000);

test('a stream that is given up in the middle ends at once, at both ends', async () => {
  const outcome = await call('cancel');
  expect(outcome).toMatchObject({ reason: 'enough', stopped: expect.any(Number) });
  expect(outcome.stopped).toBeGreaterThan(0);
  // Not one chunk was asked of the source any more, and no more reached the callee than were sent.
  expect(outcome.sentAfter).toBe(0);
  expect(outcome.heardAfter).toBeLessThanOrEqual(0);
}, 600_000);
