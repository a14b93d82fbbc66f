import { expect, test } from 'vitest';
import { Client, waiting as waitingRoom } from '../../src/client/index.js';
import { Code } from '../../src/wire/index.js';
import { join, make, reaches } from '../support/client.js';
import { RouterFarm } from '../support/router-farm.js';
import { settled } from '../support/scripted-router.js';

/** A client that waits, long after its first attempt, for a router that does not listen. */
function outOfReach() {
  const made = make({ offline: 'wait', retry: 'always', backoff: { initial: 1e6, max: 1e6 }, random: () => 1 });
  made.farm.listening = false;
  return made;
}

test('offline, a request fails at once by default and says what to do', async () => {
  const { client, farm } = make();
  const router = await join({ client, farm });
  router.drop();
  await reaches(client, 'waiting');
  await expect(client.publish('a.b')).rejects.toMatchObject({
    code: 'OFFLINE',
    message: expect.stringContaining("offline: 'wait'"),
  });
});

test('a waiting request leaves the queue for good by its signal, its timeout, or the end of the client', async () => {
  const { client, farm } = outOfReach();
  client.connect().catch(() => {});
  await reaches(client, 'waiting');
  const controller = new AbortController();
  const aborted = client.call('a.b', [], { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  await expect(client.call('a.b', [], { timeout: 1 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  const last = client.publish('a.b');
  farm.listening = true;
  client.wake();
  const router = await farm.next();
  await router.welcome();
  await last;
  await router.expect(Code.PUBLISH);
  expect(router.unread).toBe(0);
});

test('closing rejects what waits', async () => {
  const { client } = outOfReach();
  const connected = client.connect();
  await reaches(client, 'waiting');
  const outcomes = Promise.allSettled([connected, client.call('a.b')]);
  await client.close();
  expect(await outcomes).toMatchObject(Array(2).fill({ status: 'rejected', reason: { code: 'SESSION_CLOSED' } }));
});

test('the number of waiting requests is bounded', async () => {
  const { client } = make({ offline: 'wait', waiting: waitingRoom({ limit: 2 }) });
  const waiting = [client.call('a'), client.call('b')];
  await expect(client.call('c')).rejects.toMatchObject({
    code: 'OFFLINE',
    message: expect.stringContaining('waiting({ limit })'),
  });
  await client.close();
  await Promise.allSettled(waiting);
});

test('one signal may be handed to any number of requests', async () => {
  const warnings: string[] = [];
  const warned = (warning: Error) => warnings.push(warning.message);
  process.on('warning', warned);
  const { client, farm } = make({ offline: 'wait' });
  const router = await join({ client, farm });
  const { signal, abort } = controller();
  const calls = Array.from({ length: 50 }, () => client.call('a.b', [], { signal }).catch((error) => error));
  const waits = Array.from({ length: 50 }, () =>
    client.publish('a.b', [], { signal, acknowledge: true }).catch((e) => e),
  );
  const streams = Array.from({ length: 50 }, () => client.stream('a.b', [], { signal }).result.catch((error) => error));
  await router.expect(Code.CALL);
  abort(new Error('all of you'));
  for (const error of await Promise.all([...calls, ...waits, ...streams]))
    expect(error).toEqual(new Error('all of you'));
  await settled();
  process.off('warning', warned);
  expect(warnings).toEqual([]);
  await client.close();
});

function controller() {
  const made = new AbortController();
  return { signal: made.signal, abort: (reason: Error) => made.abort(reason) };
}

test('without a place to wait, a request that is to wait is refused, and so is a client whose requests all are', async () => {
  const farm = new RouterFarm();
  const client = new Client(farm.connector, { realm: 'realm1' });
  const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining('waiting: waiting()') };
  await expect(client.call('a.b', [], { offline: 'wait' })).rejects.toMatchObject(refused);
  expect(() => new Client(farm.connector, { realm: 'realm1', offline: 'wait' })).toThrow(
    expect.objectContaining(refused),
  );
});
