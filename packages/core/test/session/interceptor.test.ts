import { expect, test } from 'vitest';
import type { Interceptor } from '../../src/session/index.js';
import { WampError } from '../../src/session/index.js';
import { Code, Payload } from '../../src/wire/index.js';
import { joined, settled } from '../support/scripted-router.js';

/** Marks what passes, so that a test sees by whom, which way and in which order. */
const marker = (name: string): Interceptor => ({
  send: (kind, _, { args, kwargs, options }) => ({ args: [...args, `${name} ${kind}`], kwargs, options }),
  receive: (kind, _, { args, kwargs, options }) => ({ args: [...args, `${name} ${kind}`], kwargs, options }),
});

test('what is sent passes in order, what is received in reverse, and every kind of message passes', async () => {
  const { session, router } = await joined({ interceptors: [marker('one'), marker('two')] });
  await session.publish('a.b', ['x']);
  expect((await router.expect(Code.PUBLISH)).payload?.values.args).toEqual(['x', 'one publish', 'two publish']);

  const seen: unknown[] = [];
  const subscribing = session.subscribe('a.b', ({ args }) => void seen.push(args));
  router.send({ code: Code.SUBSCRIBED, request: (await router.expect(Code.SUBSCRIBE)).request, subscription: 1 });
  await subscribing;
  router.send({ code: Code.EVENT, subscription: 1, publication: 1, details: {}, payload: Payload.of(['y']) });
  await settled();
  expect(seen).toEqual([['y', 'two event', 'one event']]);

  const call = session.call('c.d');
  const sent = await router.expect(Code.CALL);
  expect(sent.payload?.values.args).toEqual(['one call', 'two call']);
  router.send({ code: Code.RESULT, request: sent.request, details: {} });
  expect(await call).toMatchObject({ args: ['two result', 'one result'] });

  const failing = session.call('c.d');
  const { request } = await router.expect(Code.CALL);
  router.send({ code: Code.ERROR, requestType: Code.CALL, request, details: {}, error: 'shop.error.no' });
  await expect(failing).rejects.toMatchObject({ uri: 'shop.error.no', args: ['two error', 'one error'] });

  const registering = session.register('e.f', (args) => {
    if (args[0] === 'fail') throw new WampError('shop.error.no', ['sorry']);
    return args.length;
  });
  router.send({ code: Code.REGISTERED, request: (await router.expect(Code.REGISTER)).request, registration: 5 });
  await registering;
  router.send({ code: Code.INVOCATION, request: 1, registration: 5, details: {} });
  expect((await router.expect(Code.YIELD)).payload?.values.args).toEqual([2, 'one yield', 'two yield']);
  router.send({ code: Code.INVOCATION, request: 2, registration: 5, details: {}, payload: Payload.of(['fail']) });
  expect((await router.expect(Code.ERROR)).payload?.values.args).toEqual(['sorry', 'one error', 'two error']);
});

test('one that adds options puts them on the wire', async () => {
  const tracing: Interceptor = {
    send: (_, __, content) => ({ ...content, options: { ...content.options, _trace: 'abc' } }),
  };
  const { session, router } = await joined({ interceptors: [tracing] });
  await session.publish('a.b', [], { exclude_me: false });
  expect((await router.expect(Code.PUBLISH)).options).toEqual({ exclude_me: false, _trace: 'abc' });
});

test('one that throws on the way out rejects the request, and nothing is sent', async () => {
  const { session, router } = await joined({
    interceptors: [
      {
        send: () => {
          throw new Error('no key for this topic');
        },
      },
    ],
  });
  await expect(session.publish('a.b')).rejects.toThrow('no key for this topic');
  await expect(session.call('a.b')).rejects.toThrow('no key for this topic');
  await settled();
  expect(router.unread).toBe(0);
});

test('one that throws on the way in rejects the call, reaches the error hook for an event, and ends no session', async () => {
  const errors: unknown[] = [];
  const { session, router } = await joined({
    onError: (error) => errors.push(error),
    interceptors: [
      {
        receive: () => {
          throw new Error('a wrong key');
        },
      },
    ],
  });
  const call = session.call('c.d');
  router.send({ code: Code.RESULT, request: (await router.expect(Code.CALL)).request, details: {} });
  await expect(call).rejects.toThrow('a wrong key');
  const subscribing = session.subscribe('a.b', ({ args }) => void args.length);
  router.send({ code: Code.SUBSCRIBED, request: (await router.expect(Code.SUBSCRIBE)).request, subscription: 1 });
  await subscribing;
  router.send({ code: Code.EVENT, subscription: 1, publication: 1, details: {} });
  await settled();
  expect(errors).toEqual([new Error('a wrong key')]);
  expect(session.state.type).toBe('joined');
});
