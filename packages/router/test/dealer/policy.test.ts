import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import type { Peer } from '../support/peer.js';

/** The arguments of the calls that each callee was sent. */
const heard = (peer: Peer) => peer.of(Code.INVOCATION).map((invocation) => (invocation[4] as unknown[])[0]);

async function workers(count: number, options: Record<string, unknown>, router = new Router()) {
  const caller = await join(router);
  const callees: Peer[] = [];
  for (let at = 0; at < count; at++) {
    const callee = await join(router);
    await callee.register('a.b', options);
    callees.push(callee);
  }
  let request = 1_000;
  const call = (argument: unknown, more: Record<string, unknown> = {}) => {
    caller.say(Code.CALL, ++request, more, 'a.b', [argument]);
    return request;
  };
  const settled = async () => {
    await caller.settled();
    for (const callee of callees) await callee.settled();
  };
  return { router, caller, callees, call, settled };
}

test('load: a call goes to the callee with the fewest in progress, in turn where several have as few', async () => {
  const { callees, call, settled } = await workers(3, { invoke: 'load' });
  const [one, two, three] = callees;
  for (const at of [1, 2, 3, 4, 5]) call(at);
  await settled();
  expect(callees.map(heard)).toEqual([[1, 4], [2, 5], [3]]);
  // The second is done with both of its calls, the first with one of them.
  two?.say(Code.YIELD, 1, {});
  two?.say(Code.YIELD, 2, {});
  one?.say(Code.YIELD, 1, {});
  await settled();
  for (const at of [6, 7, 8, 9]) call(at);
  await settled();
  // One each has the first and the third, none the second; then all have one, and it is the third's turn.
  expect(callees.map((callee) => heard(callee).slice(callee === three ? 1 : 2))).toEqual([[8], [6, 9], [7]]);
});

test('load: a canceled call counts until its callee has answered', async () => {
  const { caller, callees, call, settled } = await workers(2, { invoke: 'load' });
  const canceled = call('canceled');
  caller.say(Code.CANCEL, canceled, { mode: 'skip' });
  for (const at of [1, 2]) call(at);
  await settled();
  expect(callees.map(heard)).toEqual([['canceled', 2], [1]]);
  callees[0]?.say(Code.ERROR, Code.INVOCATION, 1, {}, 'a.late');
  callees[0]?.say(Code.YIELD, 2, {});
  await settled();
  for (const at of [3, 4]) call(at);
  await settled();
  expect(callees.map(heard)).toEqual([
    ['canceled', 2, 3],
    [1, 4],
  ]);
});

test('when a callee leaves, the turn stays with the one that it would have come to', async () => {
  const { router, callees, call, settled } = await workers(3, { invoke: 'roundrobin' });
  call(1);
  call(2);
  await settled();
  callees[0]?.transport.terminate();
  await expect.poll(() => router.stats().sessions).toBe(3);
  callees.shift();
  call(3);
  call(4);
  await settled();
  expect(callees.map(heard)).toEqual([[2, 4], [3]]);
});

test.each([{ invoke: 'fastest' }, { nkey: {} }, { concurrency: 0 }, { force_reregister: 1 }, { _idempotent: 'yes' }])(
  'REGISTER with %j is a violation that names the option',
  async (options) => {
    const peer = await join(new Router());
    peer.say(Code.REGISTER, 1, options, 'a.b');
    const [, details, reason] = await peer.next(Code.ABORT);
    expect(reason).toBe(ErrorUri.PROTOCOL_VIOLATION);
    expect((details as { message: string }).message).toContain(`REGISTER.Options.${Object.keys(options)[0]}`);
  },
);

test('a session has no more registrations than the router allows, and may have another once it gave one up', async () => {
  const peer = await join(new Router({ limits: { maxRegistrations: 2 } }));
  const first = await peer.register('a.a');
  await peer.register('a.b');
  const answer = await peer.ask(Code.REGISTER, {}, 'a.c');
  expect(answer[4]).toBe(ErrorUri.LIMIT_EXCEEDED);
  expect(String(answer[5])).toContain('maxRegistrations');
  await peer.ask(Code.UNREGISTER, first);
  await peer.register('a.c');
});
