import { Code } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { Broker } from '../../src/broker/broker.js';
import { Confirmations } from '../../src/broker/confirmations.js';
import { Effort } from '../../src/effort.js';
import type { Member } from '../../src/index.js';
import { memoryFabric, Router } from '../../src/index.js';
import { Counters } from '../../src/observe/stats.js';
import { defaultLimits } from '../../src/options.js';
import { TestClock } from '../support/clock.js';
import { join } from '../support/memory.js';
import { allRoles } from '../support/peer.js';

/** A broker of its own, and sessions of a real router as its members. */
async function stage() {
  const members: Member[] = [];
  const router = new Router({
    admit: (member) => {
      if (!members.includes(member)) members.push(member);
      return undefined;
    },
  });
  const clock = new TestClock();
  const fabric = memoryFabric().join('r', (publication) => broker.deliver(publication));
  const broker = new Broker({
    realm: 'r',
    fabric,
    counters: new Counters(),
    emit: () => true,
    clock,
    effort: new Effort(),
    confirmations: new Confirmations(clock, defaultLimits),
    report: () => {},
    limits: defaultLimits,
    policy: { disclosure: 'allow' },
    history: undefined,
    observer: { subscribed: () => {}, unsubscribed: () => {} },
  });
  const able = { roles: { ...allRoles.roles, subscriber: { features: { subscription_revocation: true } } } };
  const peers = [await join(router, { details: able }), await join(router, { details: allRoles })];
  for (const peer of peers) await peer.subscribe('known');
  for (const member of members)
    broker.subscribe(member, { code: Code.SUBSCRIBE, request: 5, options: {}, topic: 'a.b' });
  const [one, two] = peers;
  if (!one || !two) throw new Error('there are two');
  const subscription = Number((await one.next(Code.SUBSCRIBED))[2]);
  return { broker, members, one, two, subscription };
}

test('who announced it is told with request 0, the subscription and the reason; who did not is told nothing', async () => {
  const { broker, members, one, two, subscription } = await stage();
  expect(broker.revoke(subscription, undefined, 'no longer allowed')).toEqual(members);
  expect(broker.subscriptions).toBe(0);
  const details = { subscription, reason: 'no longer allowed' };
  expect(await one.next(Code.UNSUBSCRIBED)).toEqual([Code.UNSUBSCRIBED, 0, details]);
  await two.settled();
  expect(two.of(Code.UNSUBSCRIBED)).toEqual([]);
});

test('one subscriber can lose it while the others keep it; revoking it again does nothing', async () => {
  const { broker, members, one, subscription } = await stage();
  const [member] = members;
  expect(broker.revoke(subscription, member)).toEqual([member]);
  expect(broker.revoke(subscription, member)).toEqual([]);
  expect(await one.next(Code.UNSUBSCRIBED)).toEqual([Code.UNSUBSCRIBED, 0, { subscription }]);
  expect(broker.subscriptions).toBe(1);
});
