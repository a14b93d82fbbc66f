import { Code } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { Verifications } from '../../src/session/verifications.js';
import { TestClock } from '../support/clock.js';
import { connect } from '../support/memory.js';
import { until } from '../support/peer.js';

/** Work that goes on until a test releases it. */
function works(verifications: Verifications) {
  const running = new Map<string, () => void>();
  const started: string[] = [];
  const enter = (name: string) =>
    verifications.enter((release) => {
      started.push(name);
      running.set(name, release);
    });
  return { enter, started, release: (name: string) => running.get(name)?.() };
}

describe('places', () => {
  test('are given in the order of arrival, and to nobody who left', () => {
    const { enter, started, release } = works(new Verifications(2, 1000, new TestClock()));
    const [, , leave] = ['a', 'b', 'c', 'd', 'e'].map(enter);
    expect(started).toEqual(['a', 'b']);
    leave?.();
    release('b');
    expect(started).toEqual(['a', 'b', 'd']);
    release('b');
    expect(started).toEqual(['a', 'b', 'd']);
    release('a');
    expect(started).toEqual(['a', 'b', 'd', 'e']);
  });

  test('are free again when work takes too long, and only once', () => {
    const clock = new TestClock();
    const { enter, started, release } = works(new Verifications(1, 1000, clock));
    for (const name of ['a', 'b', 'c']) enter(name);
    clock.advance(1000);
    expect(started).toEqual(['a', 'b']);
    release('a');
    expect(started).toEqual(['a', 'b']);
    release('b');
    release('c');
    expect([started, clock.pending]).toEqual([['a', 'b', 'c'], 0]);
  });

  test('go round without end for work that is done at once', () => {
    const verifications = new Verifications(1, 1000, new TestClock());
    let first = () => {};
    let done = 0;
    verifications.enter((release) => {
      first = release;
    });
    for (let i = 0; i < 100_000; i++) {
      verifications.enter((release) => {
        done++;
        release();
      });
    }
    first();
    expect(done).toBe(100_000);
  });
});

describe('a storm of logins', () => {
  const accepted: Verdict = {
    type: 'accepted',
    identity: { authid: 'ann', authrole: 'staff', authmethod: 'slow', authprovider: 'test' },
  };
  function storm(limits: { readonly maxVerifications: number; readonly handshakeTimeout: number }) {
    const clock = new TestClock();
    const judging: ((verdict: Verdict) => void)[] = [];
    const slow = { method: 'slow', begin: () => new Promise<Verdict>((resolve) => judging.push(resolve)) };
    const router = new Router({ clock, limits, authenticators: [slow] });
    const peers = Array.from({ length: 20 }, () => {
      const peer = connect(router);
      peer.say(Code.HELLO, 'realm1', { authmethods: ['slow'] });
      return peer;
    });
    return { clock, judging, router, peers };
  }

  test('is judged a few at a time, and all get in', async () => {
    const { judging, peers } = storm({ maxVerifications: 3, handshakeTimeout: 10_000 });
    for (let judged = 0; judged < 20; judged++) {
      await until(() => judging.length === Math.min(20, judged + 3));
      judging[judged]?.(accepted);
      await peers[judged]?.next(Code.WELCOME);
    }
    expect(judging).toHaveLength(20);
  });

  test('that is given up is not judged, though places are free again', async () => {
    const { clock, judging, peers, router } = storm({ maxVerifications: 3, handshakeTimeout: 10_000 });
    await until(() => judging.length === 3);
    clock.advance(10_000);
    await Promise.all(peers.map((peer) => peer.closed));
    expect(peers.map((peer) => peer.of(Code.ABORT)[0]?.[2])).toEqual(Array(20).fill('wamp.error.timeout'));
    expect(judging).toHaveLength(3);
    expect(router.stats().connections).toBe(0);
  });
});
