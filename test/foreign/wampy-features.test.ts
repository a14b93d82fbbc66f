import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Inbox } from './support/inbox.js';
import { setStage } from './support/stage.js';
import { joined, listen, sessionId, tooMuch } from './support/wampy.js';

const stage = setStage();

describe('publications of wampy', () => {
  test('do not come back to their publisher', async () => {
    const [session, other] = [await joined(stage), await joined(stage)];
    const events = await listen(session, 'com.app.news');
    await session.publish('com.app.news', ['mine']);
    await other.publish('com.app.news', ["another's"]);
    expect((await events.next()).argsList).toEqual(["another's"]);
  });

  test('reach whom `eligible` names and not whom `exclude` names', async () => {
    const [publisher, chosen, other] = [await joined(stage), await joined(stage), await joined(stage)];
    const [toChosen, toOther] = [await listen(chosen, 'com.app.news'), await listen(other, 'com.app.news')];
    await publisher.publish('com.app.news', ['eligible'], { eligible: sessionId(chosen) });
    await publisher.publish('com.app.news', ['exclude'], { exclude: [sessionId(chosen)] });
    await publisher.publish('com.app.news', ['all']);
    expect((await toChosen.take(2)).map(({ argsList }) => argsList)).toEqual([['eligible'], ['all']]);
    expect((await toOther.take(2)).map(({ argsList }) => argsList)).toEqual([['exclude'], ['all']]);
  });

  test('name their publisher with disclose_me', async () => {
    const [publisher, subscriber] = [await joined(stage), await joined(stage)];
    const events = await listen(subscriber, 'com.app.news');
    await publisher.publish('com.app.news', null, { disclose_me: true });
    await publisher.publish('com.app.news');
    const [disclosed, anonymous] = await events.take(2);
    expect(disclosed?.details).toMatchObject({ publisher: sessionId(publisher), publisher_authrole: 'anonymous' });
    expect(anonymous?.details).not.toHaveProperty('publisher');
  });
});

describe('calls of wampy', () => {
  test('of what nobody serves are answered with an error', async () => {
    const caller = await joined(stage);
    await expect(caller.call('com.app.nobody')).rejects.toMatchObject({ errorUri: 'wamp.error.no_such_procedure' });
  });

  test('name their caller with disclose_me', async () => {
    const [caller, callee] = [await joined(stage), await stage.ours()];
    await callee.register('com.ours.who', (_args, { details }) => details.caller ?? 'nobody');
    expect((await caller.call('com.ours.who', null, { disclose_me: true })).argsList).toEqual([sessionId(caller)]);
    expect((await caller.call('com.ours.who')).argsList).toEqual(['nobody']);
  });

  test('receive results in parts from our procedure, more of them than one window', async () => {
    const [caller, callee] = [await joined(stage), await stage.ours()];
    await callee.register('com.app.count', async function* ([to]) {
      for (let n = 1; n <= Number(to); n++) yield n;
    });
    const parts: unknown[] = [];
    await caller.call('com.app.count', [100], {
      progress_callback: ({ argsList = [] }) => {
        parts.push(argsList[0]);
      },
    });
    expect(parts).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  });

  test.each(['skip', 'kill', 'killnowait'] as const)(
    'canceled with mode %s end with wamp.error.canceled',
    async (mode) => {
      const [caller, callee] = [await joined(stage), await stage.ours()];
      const [started, release] = [new Inbox<AbortSignal>(), new Inbox<string>()];
      await callee.register('com.app.slow', (_args, { signal }) => {
        started.push(signal);
        return mode === 'skip' ? release.next() : once(signal, 'abort');
      });
      await callee.register('com.app.quick', () => 'quick');
      const call = caller.call('com.app.slow');
      const { reqId } = caller.getOpStatus();
      const answer = expect(call).rejects.toMatchObject({ errorUri: 'wamp.error.canceled' });
      const signal = await started.next();
      caller.cancel(reqId, { mode });
      await answer;
      release.push('too late');
      expect((await caller.call('com.app.quick')).argsList).toEqual(['quick']);
      expect(signal.aborted).toBe(mode !== 'skip');
    },
  );

  test('with a timeout end with wamp.error.timeout', async () => {
    const [caller, callee] = [await joined(stage), await stage.ours()];
    const started = new Inbox<AbortSignal>();
    await callee.register('com.app.slow', (_args, { signal }) => {
      started.push(signal);
      return once(signal, 'abort');
    });
    const call = caller.call('com.app.slow', null, { timeout: 20 });
    await expect(call).rejects.toMatchObject({ errorUri: 'wamp.error.timeout' });
    const signal = await started.next();
    if (!signal.aborted) await once(signal, 'abort');
  });
});

describe('procedures of wampy', () => {
  // wampy's callee announces no progressive_call_results, and sends them all the same.
  test('answer in parts, and are told that the caller takes them', async () => {
    const [caller, callee] = [await stage.ours(), await joined(stage)];
    await callee.register('com.app.count', ({ details, result_handler }) => {
      for (const n of [1, 2, 3]) result_handler({ argsList: [n], options: { progress: true } });
      return { argsList: [details.receive_progress] };
    });
    const stream = caller.stream('com.app.count');
    const parts: unknown[] = [];
    for await (const { args } of stream) parts.push(args[0]);
    expect(parts).toEqual([1, 2, 3]);
    expect((await stream.result).args).toEqual([true]);
  });

  test('take no calls in parts, and the caller hears so', async () => {
    const [caller, callee] = [await stage.ours(), await joined(stage)];
    await callee.register('com.app.upload', () => null);
    const { result } = caller.stream('com.app.upload', [], { input: [1, 2, 3] });
    await expect(result).rejects.toMatchObject({ uri: 'wamp.error.feature_not_supported' });
  });

  test('are told which procedure was called where they registered a pattern', async () => {
    const [caller, callee] = [await stage.ours(), await joined(stage)];
    await callee.register('com.app', ({ details }) => ({ argsList: [details.procedure] }), { match: 'prefix' });
    await callee.register('com..stop', ({ details }) => ({ argsList: [details.procedure] }), { match: 'wildcard' });
    expect(await caller.call('com.app.start')).toBe('com.app.start');
    expect(await caller.call('com.site.stop')).toBe('com.site.stop');
  });

  test('share a registration with ours, in turns', async () => {
    const [caller, there, here] = [await stage.ours(), await joined(stage), await stage.ours()];
    await there.register('com.app.work', () => ({ argsList: ['theirs'] }), { invoke: 'roundrobin' });
    await here.register('com.app.work', () => 'ours', { invoke: 'roundrobin' });
    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await caller.call('com.app.work'));
    expect(answers).toEqual(['theirs', 'ours', 'theirs', 'ours']);
  });

  test('cannot be registered twice', async () => {
    const [first, second] = [await joined(stage), await joined(stage)];
    await first.register('com.app.work', () => null);
    await expect(second.register('com.app.work', () => null)).rejects.toMatchObject({
      errorUri: 'wamp.error.procedure_already_exists',
    });
  });

  // wampy's handler answers once more when it returns: a YIELD for a call that has ended is dropped.
  test('may answer with an error and then return: the first answer counts', async () => {
    const [caller, callee] = [await stage.ours(), await joined(stage)];
    await callee.register('com.app.fail', ({ error_handler }) => {
      error_handler(tooMuch(11));
      return null;
    });
    for (let n = 0; n < 3; n++) {
      await expect(caller.call('com.app.fail')).rejects.toMatchObject({ uri: 'com.app.error.too_much' });
    }
  });

  test('survive a caller of ours that gives up: they are not interrupted, and their late result is dropped', async () => {
    const [caller, callee] = [await stage.ours(), await joined(stage)];
    const [started, release] = [new Inbox<string>(), new Inbox<string>()];
    await callee.register('com.app.slow', async () => {
      started.push('started');
      return { argsList: [await release.next()] };
    });
    const impatience = new AbortController();
    const call = caller.call('com.app.slow', [], { signal: impatience.signal });
    await started.next();
    impatience.abort(new Error('no patience'));
    await expect(call).rejects.toThrow('no patience');
    release.push('too late');
    const next = caller.call('com.app.slow');
    release.push('in time');
    expect(await next).toBe('in time');
  });
});
