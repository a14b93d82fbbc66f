import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { Running } from '../support/process.js';

// The commands of the README, as a person types them.
const npm = (args: readonly string[], env?: Readonly<Record<string, string>>) => new Running('npm', args, env);

test('npm start serves the example where PORT says, notify follows, and SIGTERM ends it well', async () => {
  const PORT = String(await freePort());
  const example = npm(['start'], { PORT });
  await example.prints(`http://127.0.0.1:${PORT}`);
  await example.prints(`PORT=${PORT} npm run notify -- "Build 42 is done"`);

  const notified = await npm(['run', 'notify', '--', 'Build 42 is done'], { PORT }).ended;
  expect(notified.status).toBe(0);
  expect(notified.stdout).toContain('published: Build 42 is done\n');

  const second = await npm(['start'], { PORT }).ended;
  expect(second.status).toBe(1);
  expect(second.stderr).toContain(`Port ${PORT} is taken`);

  expect(await example.stop()).toMatchObject({ status: 0, signal: null });
  const unheard = await npm(['run', 'notify', '--', 'anybody?'], { PORT }).ended;
  expect(unheard.status).toBe(1);
  expect(unheard.stderr).toContain('npm start');
});

test('npm run notify without a text says how to use it', async () => {
  expect(await npm(['run', 'notify']).ended).toMatchObject({ status: 2 });
});

test('npm run router says where it listens, serves every realm it was given, and SIGTERM ends it well', async () => {
  const port = String(await freePort());
  const raw = String(await freePort());
  const realms = ['--realm', 'realm1', '--realm', 'realm2'];
  const router = npm(['run', 'router', '--', '--port', port, ...realms, '--rawsocket', raw]);
  await router.prints(`listening on ws://127.0.0.1:${port}/ws`);
  await router.prints(`listening on rs://127.0.0.1:${raw}`);
  expect(router.stdout).not.toContain('wigwag: building');

  const url = `ws://127.0.0.1:${port}/ws`;
  for (const realm of ['realm1', 'realm2']) {
    const published = await npm(['run', 'wigwag', '--', 'publish', 'a.b', '1', '--url', url, '--realm', realm]).ended;
    expect(published.status).toBe(0);
  }
  const refused = await npm(['run', 'wigwag', '--', 'publish', 'a.b', '--url', url, '--realm', 'realm3']).ended;
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('wamp.error.no_such_realm');

  const overRaw = npm(['run', 'wigwag', '--', 'publish', 'a.b', '1', '--url', `rs://127.0.0.1:${raw}`]);
  expect((await overRaw.ended).status).toBe(0);

  const taken = await npm(['run', 'router', '--', '--port', port]).ended;
  expect(taken.status).toBe(1);
  expect(taken.stderr).toContain(port);

  expect(await router.stop()).toMatchObject({ status: 0, signal: null });
});
