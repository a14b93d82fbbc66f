import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import { allRoles } from '../support/peer.js';

const force = { force_reregister: true };
const revocable = {
  roles: { ...allRoles.roles, callee: { features: { registration_revocation: true } } },
};

test('who forces its registration replaces one that consented to it, and that one is told', async () => {
  const router = new Router();
  const caller = await join(router);
  const [former, latter] = [await join(router, { details: revocable }), await join(router, { details: revocable })];
  const id = await former.register('a.b', force);
  caller.say(Code.CALL, 1, {}, 'a.b', ['begun before']);
  await former.next(Code.INVOCATION);
  await latter.register('a.b', force);
  expect(await former.next(Code.UNREGISTERED)).toEqual([
    Code.UNREGISTERED,
    0,
    { registration: id, reason: expect.stringContaining(String(latter.id)) },
  ]);
  caller.say(Code.CALL, 2, {}, 'a.b', ['begun after']);
  expect((await latter.next(Code.INVOCATION))[4]).toEqual(['begun after']);
  former.say(Code.YIELD, 1, {}, ['answered all the same']);
  expect(await caller.next(Code.RESULT)).toEqual([Code.RESULT, 1, {}, ['answered all the same']]);
});

test('one that did not announce registration_revocation is replaced without a word', async () => {
  const router = new Router();
  const [former, latter] = [await join(router), await join(router)];
  await former.register('a.b', force);
  await latter.register('a.b', force);
  await former.settled();
  expect(former.of(Code.UNREGISTERED)).toEqual([]);
  expect(router.stats().registrations).toBe(1);
});

test('nobody is replaced without consent, not one of several that share', async () => {
  const router = new Router();
  const [one, two, three] = [await join(router), await join(router), await join(router)];
  await one.register('a.alone');
  const refused = await three.ask(Code.REGISTER, force, 'a.alone');
  expect(refused[4]).toBe(ErrorUri.PROCEDURE_ALREADY_EXISTS);
  expect(String(refused[5])).toContain('force_reregister');

  await one.register('a.shared', { invoke: 'roundrobin', ...force });
  await two.register('a.shared', { invoke: 'roundrobin' });
  expect((await three.ask(Code.REGISTER, force, 'a.shared'))[4]).toBe(ErrorUri.PROCEDURE_ALREADY_EXISTS);
  expect(router.stats().registrations).toBe(2);
});

test('a session does not replace itself', async () => {
  const peer = await join(new Router());
  await peer.register('a.b', force);
  expect((await peer.ask(Code.REGISTER, force, 'a.b'))[4]).toBe(ErrorUri.PROCEDURE_ALREADY_EXISTS);
});
