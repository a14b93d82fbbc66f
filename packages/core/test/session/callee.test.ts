import { expect, test } from 'vitest';
import { Result, WampError } from '../../src/session/index.js';
import { Code, Payload } from '../../src/wire/index.js';
import { joined, settled } from '../support/scripted-router.js';

test('what a handler returns or throws is what the caller gets', async () => {
  const reported: unknown[] = [];
  const { session, router } = await joined({ onError: (error) => reported.push(error) });
  const outcomes: (() => unknown)[] = [
    () => 'value',
    () => undefined,
    async () => new Result([1, 2], { a: 3 }),
    () => {
      throw new WampError('shop.error.sold_out', ['none left'], { sku: 'x' });
    },
    () => {
      throw new TypeError('a bug');
    },
    () => Symbol('unsendable'),
  ];
  const registering = session.register('a.b', (args) => outcomes[Number(args[0])]?.());
  const { request } = await router.expect(Code.REGISTER);
  router.send({ code: Code.REGISTERED, request, registration: 5 });
  await registering;

  const answer = async (index: number) => {
    router.send({
      code: Code.INVOCATION,
      request: index + 1,
      registration: 5,
      details: {},
      payload: Payload.of([index]),
    });
    return index < 3 ? await router.expect(Code.YIELD) : await router.expect(Code.ERROR);
  };
  expect((await answer(0)).payload?.values).toEqual({ args: ['value'], kwargs: undefined });
  expect((await answer(1)).payload).toBeUndefined();
  expect((await answer(2)).payload?.values).toEqual({ args: [1, 2], kwargs: { a: 3 } });
  expect(reported).toEqual([]);
  const soldOut = await answer(3);
  expect(soldOut).toMatchObject({ error: 'shop.error.sold_out', requestType: Code.INVOCATION });
  expect(soldOut.payload?.values).toEqual({ args: ['none left'], kwargs: { sku: 'x' } });
  expect(reported).toEqual([]);
  const bug = await answer(4);
  expect(bug).toMatchObject({ error: 'wigwag.error.runtime_error' });
  expect(bug.payload?.values.args).toEqual(['a bug']);
  expect(await answer(5)).toMatchObject({ error: 'wamp.error.invalid_argument' });
  expect(reported).toEqual([new TypeError('a bug'), expect.objectContaining({ code: 'UNENCODABLE' })]);
});

test('INTERRUPT aborts the handler and answers at once; what the handler still returns is dropped', async () => {
  const { session, router } = await joined();
  let finish: (value: string) => void = () => {};
  const reasons: unknown[] = [];
  const registering = session.register('a.b', (_, { signal }) => {
    signal.addEventListener('abort', () => reasons.push(signal.reason));
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 5 });
  await registering;
  router.send({ code: Code.INVOCATION, request: 1, registration: 5, details: {} });
  router.send({ code: Code.INTERRUPT, request: 1, options: { mode: 'kill' } });
  expect(await router.expect(Code.ERROR)).toMatchObject({ request: 1, error: 'wamp.error.canceled' });
  finish('too late');
  await settled();
  expect(router.unread).toBe(0);
  expect(reasons).toMatchObject([{ uri: 'wamp.error.canceled' }]);
});

test('an invocation that crossed UNREGISTER is answered, not left hanging', async () => {
  const { session, router } = await joined();
  const registering = session.register('a.b', () => 1);
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 5 });
  const registration = await registering;
  const gone = registration.unregister();
  const { request } = await router.expect(Code.UNREGISTER);
  router.send({ code: Code.INVOCATION, request: 1, registration: 5, details: {} });
  router.send({ code: Code.UNREGISTERED, request });
  expect(await router.expect(Code.ERROR)).toMatchObject({ error: 'wamp.error.no_such_registration' });
  await gone;
});

test('a signal that aborts while an invocation right behind REGISTERED is handled ends the registration', async () => {
  const { session, router } = await joined();
  const giveUp = new AbortController();
  const registering = session.register('a.b', () => giveUp.abort(), { signal: giveUp.signal });
  const { request } = await router.expect(Code.REGISTER);
  router.send({ code: Code.REGISTERED, request, registration: 9 });
  for (const call of [1, 2]) router.send({ code: Code.INVOCATION, request: call, registration: 9, details: {} });
  await expect(registering).rejects.toMatchObject({ name: 'AbortError' });
  expect((await router.expect(Code.UNREGISTER)).registration).toBe(9);
  expect(await router.expect(Code.ERROR)).toMatchObject({ request: 2, error: 'wamp.error.no_such_registration' });
  expect((await router.expect(Code.YIELD)).request).toBe(1);
});

test('who leaves begins no call more, for he could not answer it', async () => {
  const { session, router } = await joined();
  let calls = 0;
  const registering = session.register('a.b', () => {
    calls++;
    void session.leave();
  });
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 9 });
  await registering;
  for (const call of [1, 2]) router.send({ code: Code.INVOCATION, request: call, registration: 9, details: {} });
  await router.expect(Code.GOODBYE);
  await settled();
  expect(calls).toBe(1);
});
