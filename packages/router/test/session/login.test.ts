import type { Id } from '@wigwag/core/wire';
import { Code } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import type { Attempt, Authenticator, Fabric, Verdict } from '../../src/index.js';
import { memoryFabric, Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { connect } from '../support/memory.js';
import { until } from '../support/peer.js';

const identity = { authid: 'ann', authrole: 'staff', authmethod: 'slow', authprovider: 'test' };

/** A fabric that knows which session ids are in use. */
function counted(): { readonly open: Set<Id>; readonly fabric: Fabric } {
  const open = new Set<Id>();
  const inner = memoryFabric();
  const fabric: Fabric = {
    join(name, deliver) {
      const realm = inner.join(name, deliver);
      return Object.assign(Object.create(realm), {
        openSession() {
          const id = realm.openSession();
          open.add(id);
          return id;
        },
        closeSession(id: Id) {
          open.delete(id);
          realm.closeSession(id);
        },
      });
    },
  };
  return { open, fabric };
}

/** A method whose verdict a test gives when it likes. */
function slow() {
  const attempts: Attempt[] = [];
  const decide: ((verdict: Verdict) => void)[] = [];
  const method: Authenticator = {
    method: 'slow',
    begin(attempt) {
      attempts.push(attempt);
      return new Promise((resolve) => decide.push(resolve));
    },
  };
  return { attempts, decide, method };
}

test('what one authenticator hands another as a copy still has the id of the session to come', async () => {
  const { attempts, decide, method } = slow();
  const wrapping: Authenticator = { ...method, begin: (attempt) => method.begin({ ...attempt, peer: 'somebody' }) };
  const peer = connect(new Router({ authenticators: [wrapping] }));
  peer.say(Code.HELLO, 'realm1', { authmethods: ['slow'] });
  await until(() => decide.length === 1);
  decide[0]?.({ type: 'accepted', identity });
  const welcome = await peer.next(Code.WELCOME);
  expect(attempts.map(({ session }) => session)).toEqual([welcome[1]]);
});

test('whoever leaves while it is judged gives the id back that was kept for it, and is told nothing more', async () => {
  const { open, fabric } = counted();
  const clock = new TestClock();
  const { decide, method } = slow();
  const router = new Router({ fabric, clock, authenticators: [method], limits: { refusalDelay: 5000 } });
  const [before, timers] = [open.size, clock.pending];
  const peer = connect(router);
  peer.say(Code.HELLO, 'realm1', { authmethods: ['slow'] });
  await until(() => decide.length === 1);
  expect(open.size).toBe(before + 1);
  peer.say(Code.ABORT, {}, 'wamp.close.normal');
  await peer.closed;
  expect(open.size).toBe(before);
  decide[0]?.({ type: 'refused', reason: 'a.b', message: 'no' });
  // All that follows from the verdict happens in microtasks.
  await new Promise((resolve) => setImmediate(resolve));
  expect([open.size, clock.pending, router.stats().connections]).toEqual([before, timers, 0]);
});

test('the id of a session that was let in is given back when it ends', async () => {
  const { open, fabric } = counted();
  const { attempts, decide, method } = slow();
  const before = open.size;
  const peer = connect(new Router({ fabric, authenticators: [method] }));
  peer.say(Code.HELLO, 'realm1', { authmethods: ['slow'] });
  await until(() => decide.length === 1);
  decide[0]?.({ type: 'accepted', identity });
  const welcome = await peer.next(Code.WELCOME);
  expect(attempts[0]?.session).toBe(welcome[1]);
  peer.say(Code.GOODBYE, {}, 'wamp.close.normal');
  await peer.closed;
  expect(open.size).toBe(before);
});
