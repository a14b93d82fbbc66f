import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { autobahnAt, joined } from './support/autobahn.js';
import { Inbox } from './support/inbox.js';
import { setStage } from './support/stage.js';

const stage = setStage();

describe('calls of AutobahnJS', () => {
  test('of what nobody serves are answered with an error', async () => {
    const caller = await joined(stage);
    await expect(caller.call('com.app.nobody')).rejects.toMatchObject({ error: 'wamp.error.no_such_procedure' });
  });

  test('name their caller with disclose_me, to AutobahnJS and to us', async () => {
    const [caller, callee, client] = [await joined(stage), await joined(stage), await stage.ours()];
    await callee.register('com.app.who', (_args, _kwargs, invocation) => invocation.caller ?? 'nobody');
    await client.register('com.ours.who', (_args, { details }) => details.caller ?? 'nobody');
    for (const procedure of ['com.app.who', 'com.ours.who']) {
      expect(await caller.call(procedure, [], {}, { disclose_me: true })).toBe(caller.id);
      expect(await caller.call(procedure)).toBe('nobody');
    }
  });

  test('canceled with mode kill interrupt our procedure and end with wamp.error.canceled', async () => {
    const [caller, callee] = [await joined(stage), await stage.ours()];
    const started = new Inbox<AbortSignal>();
    await callee.register('com.app.slow', (_args, { signal }) => {
      started.push(signal);
      return once(signal, 'abort');
    });
    const call = caller.call('com.app.slow');
    const signal = await started.next();
    call.cancel({ mode: 'kill' });
    await expect(call).rejects.toMatchObject({ error: 'wamp.error.canceled' });
    expect(signal.aborted).toBe(true);
  });

  test('canceled with mode kill end at once when the callee is another AutobahnJS, which cannot be interrupted', async () => {
    const [caller, callee] = [await joined(stage), await joined(stage)];
    const [started, release] = [new Inbox<string>(), new Inbox<string>()];
    await callee.register('com.app.slow', async () => {
      started.push('started');
      return await release.next();
    });
    const call = caller.call('com.app.slow');
    await started.next();
    call.cancel({ mode: 'kill' });
    await expect(call).rejects.toMatchObject({ error: 'wamp.error.canceled' });
    release.push('too late');
    const next = caller.call('com.app.slow');
    release.push('in time');
    expect(await next).toBe('in time');
  });

  // The spec has the router answer CANCEL with ERROR at once ("Call Canceling"); AutobahnJS, which has forgotten the
  // call by then, takes that for a breach of the protocol and hangs up on itself.
  test('canceled without mode kill cost AutobahnJS its connection, and the router keeps nothing of it', async () => {
    const clumsy = autobahnAt(stage, { initial_retry_delay: 0.01, max_retries: -1 });
    const { session } = await clumsy.open();
    const callee = await stage.ours();
    const started = new Inbox<AbortSignal>();
    await callee.register('com.app.slow', (_args, { signal }) => {
      started.push(signal);
      return once(signal, 'abort');
    });
    const call = session.call('com.app.slow');
    const signal = await started.next();
    call.cancel();
    await expect(call).rejects.toMatchObject({ error: 'Cancelled' });
    expect(await clumsy.closed.next()).toMatchObject({ will_retry: true });
    expect(clumsy.complaints.splice(0)).toHaveLength(1);
    const { session: again } = await clumsy.joined.next();
    await callee.register('com.app.quick', () => 'quick');
    expect(await again.call('com.app.quick')).toBe('quick');
    expect(signal.aborted).toBe(true);
    expect(stage.router.stats().calls).toBe(0);
  });
});

describe('procedures of AutobahnJS', () => {
  test('survive a caller of ours that gives up: they are not interrupted, and their late result is dropped', async () => {
    const [caller, callee] = [await stage.ours(), await joined(stage)];
    const [started, release] = [new Inbox<string>(), new Inbox<string>()];
    await callee.register('com.app.slow', async () => {
      started.push('started');
      return await release.next();
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

  test('are told which procedure was called where they registered a pattern', async () => {
    const [caller, callee] = [await stage.ours(), await joined(stage)];
    await callee.register('com.app', (_args, _kwargs, { procedure }) => `prefix ${procedure}`, { match: 'prefix' });
    await callee.register('com..stop', (_args, _kwargs, { procedure }) => `wildcard ${procedure}`, {
      match: 'wildcard',
    });
    expect(await caller.call('com.app.start')).toBe('prefix com.app.start');
    expect(await caller.call('com.site.stop')).toBe('wildcard com.site.stop');
  });

  test('share a registration with ours, in turns', async () => {
    const [caller, there, here] = [await stage.ours(), await joined(stage), await stage.ours()];
    const registration = await there.register('com.app.work', () => 'theirs', { invoke: 'roundrobin' });
    const registered = await here.register('com.app.work', () => 'ours', { invoke: 'roundrobin' });
    expect(registered.id).toBe(registration.id);
    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await caller.call('com.app.work'));
    expect(answers).toEqual(['theirs', 'ours', 'theirs', 'ours']);
  });

  test('cannot be registered twice', async () => {
    const [first, second] = [await joined(stage), await joined(stage)];
    await first.register('com.app.work', () => 'first');
    await expect(second.register('com.app.work', () => 'second')).rejects.toMatchObject({
      error: 'wamp.error.procedure_already_exists',
    });
  });

  test('that throw what is no error of WAMP are answered for with wamp.error.runtime_error', async () => {
    const [caller, callee] = [await stage.ours(), await joined(stage)];
    await callee.register('com.app.broken', () => {
      throw new TypeError('a bug');
    });
    await expect(caller.call('com.app.broken')).rejects.toMatchObject({ uri: 'wamp.error.runtime_error' });
  });

  test("end their callers' calls when they leave", async () => {
    const caller = await stage.ours();
    const leaving = autobahnAt(stage);
    const { session } = await leaving.open();
    const started = new Inbox<string>();
    await session.register('com.app.slow', () => {
      started.push('started');
      return new Promise(() => {});
    });
    const call = caller.call('com.app.slow');
    const answer = expect(call).rejects.toMatchObject({ uri: 'wamp.error.canceled' });
    await started.next();
    await leaving.close();
    await answer;
  });
});
