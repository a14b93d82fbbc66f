import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { Authenticator } from '../../src/index.js';
import { anonymous, Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { connect, join } from '../support/memory.js';

const identity = { authid: 'ann', authrole: 'staff', authmethod: 'quiz', authprovider: 'test' };

/** Asks one question; the right answer is 42. */
const quiz: Authenticator = {
  method: 'quiz',
  begin: () => ({
    type: 'challenge',
    extra: { question: '6 x 7' },
    answer: async (signature) =>
      signature === '42'
        ? { type: 'accepted', identity }
        : { type: 'refused', reason: ErrorUri.AUTHENTICATION_DENIED, message: 'wrong' },
  }),
};

describe('anonymous', () => {
  test.each([
    ['no authmethods', {}],
    ['an empty list', { authmethods: [] }],
    ['anonymous', { authmethods: ['anonymous'] }],
    ['one more that nobody knows', { authmethods: ['x-magic', 'anonymous'] }],
  ])('%s joins', async (_name, details) => {
    const { welcome } = await join(new Router(), { details });
    expect(welcome[2]).toMatchObject({ authmethod: 'anonymous', authrole: 'anonymous', realm: 'realm1' });
  });

  test('Thruway’s authid "anonymous" is taken; any other is not, for nobody could prove it', async () => {
    const router = new Router();
    const thruway = await join(router, { details: { authmethods: [], authid: 'anonymous', roles: {} } });
    expect(thruway.welcome[2]).toMatchObject({ authid: 'anonymous' });
    const [one, two] = [await join(router, { details: { authid: 'admin' } }), await join(router)];
    const [first, second] = [one.welcome[2], two.welcome[2]] as { authid: string }[];
    expect(first?.authid).toMatch(/^anonymous-/);
    expect(first?.authid).not.toBe(second?.authid);
  });

  test('only methods that are not offered: ABORT names those that are', async () => {
    const router = new Router();
    const peer = connect(router);
    peer.say(Code.HELLO, 'realm1', { authmethods: ['ticket', 'wampcra'] });
    const abort = await peer.next();
    expect(abort[2]).toBe(ErrorUri.NO_MATCHING_AUTH_METHOD);
    expect(abort[1]).toMatchObject({ message: expect.stringContaining('anonymous') });
    await peer.closed;
  });

  test('WELCOME announces what is finished, in both spellings', async () => {
    const { welcome } = await join(new Router());
    const { roles } = welcome[2] as { roles: Record<string, { features: Record<string, boolean> }> };
    expect(Object.keys(roles)).toEqual(['broker', 'dealer']);
    expect(roles.dealer?.features).toMatchObject({ call_canceling: true, call_cancelling: true });
    expect(roles.broker?.features).toMatchObject({ event_retention: true, publisher_exclusion: true });
  });
});

describe('the authenticator port', () => {
  test('a challenge, and its right answer', async () => {
    const router = new Router({ authenticators: [anonymous(), quiz] });
    const peer = connect(router);
    peer.say(Code.HELLO, 'realm1', { authmethods: ['quiz', 'anonymous'] });
    expect(await peer.next()).toEqual([Code.CHALLENGE, 'quiz', { question: '6 x 7' }]);
    peer.say(Code.AUTHENTICATE, '42', {});
    expect((await peer.next())[2]).toMatchObject(identity);
  });

  test('a challenge, and a wrong answer', async () => {
    const router = new Router({ authenticators: [quiz] });
    const peer = connect(router);
    peer.say(Code.HELLO, 'realm1', { authmethods: ['quiz'] });
    await peer.next(Code.CHALLENGE);
    peer.say(Code.AUTHENTICATE, '41', {});
    expect(await peer.next()).toEqual([Code.ABORT, { message: 'wrong' }, ErrorUri.AUTHENTICATION_DENIED]);
    await peer.closed;
    expect(router.stats()).toMatchObject({ refusedSessions: 1, sessions: 0, connections: 0 });
  });

  test('one that throws refuses, and the error is reported, not told to the client', async () => {
    const broken: Authenticator = {
      method: 'anonymous',
      begin: () => {
        throw new Error('secret');
      },
    };
    const router = new Router({ authenticators: [broken] });
    const errors: unknown[] = [];
    router.on('error', (error) => errors.push(error));
    const peer = connect(router);
    peer.say(Code.HELLO, 'realm1', {});
    const abort = await peer.next();
    expect(abort[2]).toBe(ErrorUri.AUTHENTICATION_FAILED);
    expect(JSON.stringify(abort)).not.toContain('secret');
    expect(errors).toHaveLength(1);
  });

  test('a challenge that cannot be encoded ends that session only, and is reported', async () => {
    const broken: Authenticator = {
      method: 'anonymous',
      begin: async () => ({
        type: 'challenge',
        extra: { at: Number.NaN },
        answer: () => ({ type: 'accepted', identity }),
      }),
    };
    const router = new Router({ authenticators: [broken] });
    const errors: unknown[] = [];
    router.on('error', (error) => errors.push(error));
    const peer = connect(router);
    peer.say(Code.HELLO, 'realm1', {});
    expect((await peer.next())[0]).toBe(Code.ABORT);
    await peer.closed;
    expect(errors).toHaveLength(1);
    expect(router.stats().connections).toBe(0);
  });
});

describe('who is refused', () => {
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  /** A router whose refusals wait, and a peer that was judged and found wanting. */
  async function refused() {
    const clock = new TestClock();
    const router = new Router({ clock, authenticators: [quiz], limits: { refusalDelay: 250 } });
    const peer = connect(router);
    peer.say(Code.HELLO, 'realm1', { roles: { caller: {} }, authmethods: ['quiz'] });
    await peer.next(Code.CHALLENGE);
    peer.say(Code.AUTHENTICATE, 'a guess', {});
    // Judged within a turn of the event loop: the answer is a promise that is settled already.
    await settled();
    await settled();
    return { clock, router, peer };
  }

  test('waits for the answer, where the router is told so', async () => {
    const { clock, router, peer } = await refused();
    clock.advance(249);
    await settled();
    expect(peer.of(Code.ABORT)).toEqual([]);
    clock.advance(1);
    await peer.next(Code.ABORT);
    await peer.closed;
    expect(router.stats()).toMatchObject({ refusedSessions: 1, connections: 0 });
    expect(clock.pending).toBe(0);
  });

  test('leaves nothing behind who does not wait for it', async () => {
    const { clock, router, peer } = await refused();
    peer.transport.terminate();
    while (router.stats().connections > 0) await settled();
    expect(clock.pending).toBe(0);
  });
});
