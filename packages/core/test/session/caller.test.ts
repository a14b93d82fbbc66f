import { expect, test } from 'vitest';
import { Result } from '../../src/session/index.js';
import { Code, Payload } from '../../src/wire/index.js';
import { joined, settled } from '../support/scripted-router.js';

test('an answer of one value resolves to it, of none to undefined, of more to a Result', async () => {
  const { session, router } = await joined();
  const answers = [
    Payload.of([42]),
    undefined,
    Payload.of([1, 2]),
    Payload.of([], { a: 1 }),
    Payload.of(['v'], { a: 1 }),
  ];
  const results: unknown[] = [];
  for (const payload of answers) {
    const call = session.call('a.b');
    const { request } = await router.expect(Code.CALL);
    router.send({ code: Code.RESULT, request, details: {}, payload });
    results.push(await call);
  }
  expect(results).toEqual([42, undefined, new Result([1, 2]), new Result([], { a: 1 }), new Result(['v'], { a: 1 })]);
});

test('ERROR rejects with its URI, arguments and keyword arguments', async () => {
  const { session, router } = await joined();
  const call = session.call('a.b');
  const { request } = await router.expect(Code.CALL);
  router.send({
    code: Code.ERROR,
    requestType: Code.CALL,
    request,
    details: { d: 1 },
    error: 'shop.error.sold_out',
    payload: Payload.of(['no apples', 7], { sku: 'apple' }),
  });
  await expect(call).rejects.toMatchObject({
    uri: 'shop.error.sold_out',
    args: ['no apples', 7],
    kwargs: { sku: 'apple' },
    details: { d: 1 },
    message: 'shop.error.sold_out: no apples',
  });
});

test('aborting a call cancels it at the router, and a late result is ignored', async () => {
  const { session, router } = await joined();
  const controller = new AbortController();
  const call = session.call('a.b', [], { signal: controller.signal });
  const { request } = await router.expect(Code.CALL);
  controller.abort(new Error('changed my mind'));
  await expect(call).rejects.toThrow('changed my mind');
  expect(await router.expect(Code.CANCEL)).toMatchObject({ request, options: { mode: 'killnowait' } });
  router.send({ code: Code.RESULT, request, details: {} });
  await settled();
  expect(session.state.type).toBe('joined');
});

test('a router that cannot cancel is not asked to', async () => {
  const { session, router } = await joined({}, {});
  const controller = new AbortController();
  const call = session.call('a.b', [], { signal: controller.signal });
  await router.expect(Code.CALL);
  controller.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  await settled();
  expect(router.unread).toBe(0);
});

test('a call gives up after its own timeout, whatever the router does', async () => {
  const { session, router } = await joined();
  const call = session.call('a.b', [], { timeout: 1 });
  expect((await router.expect(Code.CALL)).options).toEqual({ timeout: 1 });
  await expect(call).rejects.toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('a.b') });
  await router.expect(Code.CANCEL);
});
