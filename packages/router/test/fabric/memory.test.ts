import { Code } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { memoryFabric, Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import { fabricContract } from './contract.js';

fabricContract('memory', () => memoryFabric());

test('an id that is in use is drawn again', () => {
  const numbers = [0.1, 0.1, 0.1, 0.1, 0.2, 0.2];
  const realm = memoryFabric({ random: () => numbers.shift() ?? 0.9 }).join('shop', () => {});
  const first = realm.openSession();
  const second = realm.openSession();
  expect(second).not.toBe(first);
  expect(numbers).toEqual([]);
});

test('two routers on one fabric are one realm for events', async () => {
  const fabric = memoryFabric();
  const [here, there] = [new Router({ fabric }), new Router({ fabric })];
  const [publisher, near, far] = [await join(here), await join(here), await join(there)];
  const ids = [await near.subscribe('a.b'), await far.subscribe('a.b')];
  expect(ids[0]).not.toBe(ids[1]);
  const [, , publication] = await publisher.ask(Code.PUBLISH, { acknowledge: true }, 'a.b', ['both']);
  for (const [at, peer] of [near, far].entries()) {
    expect(await peer.next(Code.EVENT)).toEqual([Code.EVENT, ids[at], publication, {}, ['both']]);
  }
  await Promise.all([here.close(), there.close()]);
});
