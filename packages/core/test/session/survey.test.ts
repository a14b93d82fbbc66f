import { afterEach, expect, test, vi } from 'vitest';
import type { SurveyAnswer } from '../../src/session/index.js';
import { survey } from '../../src/session/index.js';
import { Code, Payload, roles } from '../../src/wire/index.js';
import type { ScriptedRouter } from '../support/scripted-router.js';
import { joined } from '../support/scripted-router.js';

const surveys = (...features: string[]) => ({
  roles: roles({ dealer: ['call_canceling', 'progressive_call_results', '_invoke_all', ...features] }),
});

afterEach(() => {
  vi.useRealTimers();
});

function answer(router: ScriptedRouter, request: number, callee: number, args: unknown[], kwargs?: object): void {
  const details = { progress: true, _callee: callee };
  router.send({ code: Code.RESULT, request, details, payload: Payload.of(args, kwargs && { ...kwargs }) });
}
function end(router: ScriptedRouter, request: number, kwargs: Record<string, unknown>): void {
  router.send({ code: Code.RESULT, request, details: {}, payload: Payload.of([], kwargs) });
}
async function read(asked: AsyncIterable<SurveyAnswer>): Promise<SurveyAnswer[]> {
  const answers: SurveyAnswer[] = [];
  for await (const each of asked) answers.push(each);
  return answers;
}

test('the answers are iterated over, each with who gave it, and the outcome says who was asked', async () => {
  const { session, router } = await joined({}, surveys());
  const asked = survey(session, 'a.b', [7]);
  const { request, options, payload } = await router.expect(Code.CALL);
  expect(options).toEqual({ receive_progress: true });
  expect(payload?.values.args).toEqual([7]);
  answer(router, request, 12, ['one']);
  answer(router, request, 11, []);
  answer(router, request, 13, ['two', 'values'], { x: 1 });
  const errors = [{ callee: 14, error: 'a.failed' }];
  end(router, request, { answered: [12, 11, 13], missing: [14], errors });
  const answers = await read(asked);
  expect(answers.map(({ callee }) => callee)).toEqual([12, 11, 13]);
  expect(answers.map(({ value }) => value)).toEqual(['one', undefined, answers[2]?.result]);
  expect(answers[2]?.result).toMatchObject({ args: ['two', 'values'], kwargs: { x: 1 } });
  expect(await asked.outcome).toEqual({ answered: [12, 11, 13], missing: [14], errors });
});

test('breaking out of the iteration cancels it, and so does cancel', async () => {
  const { session, router } = await joined({}, surveys());
  for (const how of ['break', 'cancel']) {
    const asked = survey(session, 'a.b');
    const { request } = await router.expect(Code.CALL);
    answer(router, request, 11, []);
    if (how === 'cancel') asked.cancel();
    else for await (const _ of asked) break;
    expect(await router.expect(Code.CANCEL)).toMatchObject({ request });
    await expect(asked.outcome).rejects.toMatchObject({ uri: 'wamp.error.canceled' });
  }
});

test('the outcome of a call that one callee answered alone is refused', async () => {
  const { session, router } = await joined({}, surveys());
  const asked = survey(session, 'a.b');
  const { request } = await router.expect(Code.CALL);
  end(router, request, { answered: 'yes' });
  await expect(asked.outcome).rejects.toThrow("invoke: 'all'");
});

test('a router that keeps the time itself has a second more to end a stream in its own way', async () => {
  const { session, router } = await joined({}, surveys('call_timeout'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const [heard, silent] = [survey(session, 'a.b', [], { timeout: 50 }), survey(session, 'a.b', [], { timeout: 50 })];
  const { request, options } = await router.expect(Code.CALL);
  expect(options).toEqual({ receive_progress: true, timeout: 50 });
  vi.advanceTimersByTime(1_049);
  end(router, request, { answered: [], missing: [11] });
  expect(await heard.outcome).toMatchObject({ missing: [11] });
  vi.advanceTimersByTime(1);
  await expect(silent.outcome).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('where the router keeps no time, a stream ends when it is up', async () => {
  const { session } = await joined({}, surveys());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const stream = session.stream('a.b', [], { timeout: 50 });
  vi.advanceTimersByTime(50);
  await expect(stream.result).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('serving one needs a router that announces it', async () => {
  const { session } = await joined({}, { roles: roles({ dealer: ['shared_registration'] }) });
  await expect(session.register('a.b', () => 1, { invoke: 'all' })).rejects.toThrow('_invoke_all');
});
