import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import type { Transport } from '@wigwag/core/transport';
import { linkedPair } from '@wigwag/core/transport';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import type { RouterEvents } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import { allRoles, Peer } from '../support/peer.js';

const ack = { acknowledge: true };
const withGaps = { roles: { ...allRoles.roles, subscriber: { features: { _gap: true } } } };

/** A client that takes no longer messages than `maxSend`. */
function limited(router: Router, maxSend: number): Peer {
  const [near, far] = linkedPair(jsonSlices());
  const transport: Transport = new Proxy(far, {
    get: (target, name) => {
      if (name === 'maxSend') return maxSend;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  router.attach(transport);
  return new Peer(near);
}

test('an event longer than a subscriber takes is withheld from it, counted and reported; in its place comes a notice', async () => {
  const router = new Router();
  const withheld: RouterEvents['event:withheld'][0][] = [];
  router.on('event:withheld', (event) => withheld.push(event));
  const [publisher, other, small] = [await join(router), await join(router), limited(router, 2_000)];
  await small.join('realm1', withGaps);
  const subscription = await small.subscribe('a', { match: 'prefix' });
  await other.subscribe('a.b');
  await publisher.ask(Code.PUBLISH, ack, 'a.b', [1]);
  const [, , missed] = await publisher.ask(Code.PUBLISH, ack, 'a.b', ['x'.repeat(3_000)]);
  await publisher.ask(Code.PUBLISH, ack, 'a.b', [3]);
  await small.settled();
  const [first, notice, last] = small.of(Code.EVENT);
  expect([first?.[4], last?.[4]]).toEqual([[1], [3]]);
  const details = { topic: 'a.b', _gap: { count: 1, reason: ErrorUri.PAYLOAD_SIZE_EXCEEDED } };
  expect(notice).toEqual([Code.EVENT, subscription, missed, details]);
  expect(other.of(Code.EVENT)).toHaveLength(3);
  expect(withheld).toMatchObject([{ topic: 'a.b', publication: missed, subscribers: 1 }]);
  expect(router.stats().withheld).toBe(1);
});

test('a subscriber that did not announce the notice hears nothing of it', async () => {
  const router = new Router();
  const [publisher, small] = [await join(router), limited(router, 2_000)];
  await small.join();
  await small.subscribe('a.b');
  await publisher.ask(Code.PUBLISH, ack, 'a.b', ['x'.repeat(3_000)]);
  await small.settled();
  expect(small.of(Code.EVENT)).toEqual([]);
  expect(router.stats().withheld).toBe(1);
});

test('a WELCOME longer than the client takes ends the session, and no longer message was sent', async () => {
  const router = new Router();
  const small = limited(router, 512);
  small.say(Code.HELLO, 'realm1', allRoles);
  const [, , reason] = await small.next(Code.ABORT);
  expect(reason).toBe(ErrorUri.PAYLOAD_SIZE_EXCEEDED);
});
