import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import type { User } from '../../src/index.js';
import { Router, ticket } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { connect } from '../support/memory.js';

async function login(user: Omit<User, 'authrole'>) {
  const clock = new TestClock();
  const router = new Router({ clock, authenticators: [ticket({ check: () => ({ authrole: 'staff', ...user }) })] });
  const peer = connect(router);
  peer.say(Code.HELLO, 'realm1', { authmethods: ['ticket'], authid: 'ann' });
  await peer.next(Code.CHALLENGE);
  peer.say(Code.AUTHENTICATE, '', {});
  return { clock, router, peer, answer: await peer.next() };
}

const day = 24 * 3600 * 1000;

test.each([
  ['an hour', day / 24],
  // Longer than a timer of the host can run.
  ['a hundred days', 100 * day],
])('a session that may last %s ends then, and not before', async (_name, lifetime) => {
  const { clock, peer, router } = await login({ expires: Date.now() + lifetime });
  clock.advance(lifetime - 60_000);
  await peer.settled();
  expect(peer.of(Code.GOODBYE)).toEqual([]);
  clock.advance(60_000);
  expect((await peer.next(Code.GOODBYE))[2]).toBe('wigwag.close.expired');
  await peer.closed;
  expect(router.stats()).toMatchObject({ sessions: 0, connections: 0 });
});

test('one that nothing limits does not end, and one that left leaves no timer behind', async () => {
  const endless = await login({});
  endless.clock.advance(1000 * day);
  await endless.peer.settled();
  const { clock, peer } = await login({ expires: Date.now() + day });
  expect(clock.pending).toBe(1);
  peer.say(Code.GOODBYE, {}, 'wamp.close.normal');
  await peer.closed;
  expect(clock.pending).toBe(0);
});

test('somebody whose time is over is not let in', async () => {
  const { answer } = await login({ expires: Date.now() - 1 });
  expect(answer).toMatchObject([Code.ABORT, {}, ErrorUri.AUTHENTICATION_DENIED]);
});
