import { once } from 'node:events';
import type { ReceivedEvent } from '@wigwag/node';
import { WampError } from '@wigwag/node';
import { allowAll, anonymous, staticUsers, ticket } from '@wigwag/router';
import { describe, expect, test } from 'vitest';
import { until } from '../support/until.js';
import type { Heard } from './support/guests.js';
import { GuestError, guestsAt } from './support/guests.js';
import { Inbox } from './support/inbox.js';
import { setPython } from './support/python.js';
import { setStage } from './support/stage.js';

const ann = { authid: 'ann', ticket: 'abc' };
const users = staticUsers({ ann: { authrole: 'staff', ticket: 'abc' } });
const stage = setStage({
  authorization: allowAll,
  authenticators: [anonymous(), ticket({ users })],
  trustLevels: { publishers: ({ authrole }) => (authrole === 'staff' ? 2 : 1), callers: () => 3 },
});
const guests = guestsAt(stage, setPython(stage));
const acknowledge = { acknowledge: true };
const argsOf = (heard: readonly Heard[]) => heard.map(({ args }) => args[0]);

describe.each(guests)('%s', (name, join) => {
  test('hears what is for its role or its name, and not what is for others', async () => {
    const [publisher, guest, staff] = [await stage.ours(), await join(), await join(ann)];
    const [toGuest, toStaff] = [await guest.listen('com.app.news'), await staff.listen('com.app.news')];
    const publish = (text: string, options: object) =>
      publisher.publish('com.app.news', [text], { ...acknowledge, ...options });
    await publish('staff', { eligible_authrole: ['staff'] });
    await publish('ann', { eligible_authid: ['ann'] });
    await publish('not staff', { exclude_authrole: ['staff'] });
    await publish('not ann', { exclude_authid: ['ann'] });
    await publish('nobody', { eligible_authrole: ['staff'], exclude_authid: ['ann'] });
    await publish('one of many', { eligible: Array.from({ length: 300 }, (_, at) => staff.id - at) });
    await publish('all', {});
    expect(argsOf(await toStaff.take(4))).toEqual(['staff', 'ann', 'one of many', 'all']);
    expect(argsOf(await toGuest.take(3))).toEqual(['not staff', 'not ann', 'all']);
    expect([toStaff.size, toGuest.size]).toEqual([0, 0]);
  });

  test('chooses by role and by name who hears it', async () => {
    const [publisher, guest, staff] = [await join(), await stage.ours(), await join(ann)];
    const toGuest = new Inbox<ReceivedEvent>();
    await guest.subscribe('com.app.news', toGuest.push);
    const toStaff = await staff.listen('com.app.news');
    await publisher.publish('com.app.news', ['staff'], { eligible_authrole: ['staff'] });
    await publisher.publish('com.app.news', ['ann'], { eligible_authid: ['ann'] });
    await publisher.publish('com.app.news', ['not staff'], { exclude_authrole: ['staff'] });
    await publisher.publish('com.app.news', ['not ann'], { exclude_authid: ['ann'] });
    await publisher.publish('com.app.news', ['all']);
    expect((await toGuest.take(3)).map(({ args }) => args[0])).toEqual(['not staff', 'not ann', 'all']);
    expect(argsOf(await toStaff.take(3))).toEqual(['staff', 'ann', 'all']);
  });

  // wampy checks the option `retain` of a publication, and does not send it.
  if (name !== 'wampy')
    test('leaves an event for those who come late, and gets ours', async () => {
      const [guest, ours, late] = [await join(), await stage.ours(), await stage.ours()];
      const topic = `com.last.${name}`;
      await guest.publish(`${topic}.theirs`, ['old'], { retain: true });
      await guest.publish(`${topic}.theirs`, ['theirs'], { retain: true });
      await ours.publish(`${topic}.ours`, ['ours'], { ...acknowledge, retain: true });
      const events = new Inbox<ReceivedEvent>();
      await late.subscribe(`${topic}.`, events.push, { match: 'prefix', get_retained: true });
      expect((await events.take(2)).map(({ args }) => args[0]).sort()).toEqual(['ours', 'theirs']);
      const heard = await guest.listen(`${topic}.ours`, { get_retained: true });
      expect(await heard.next()).toMatchObject({ args: ['ours'], details: { retained: true } });
    });

  test('is not bothered by trust levels, and hands them over where it knows them', async () => {
    const [publisher, caller, guest] = [await join(ann), await stage.ours(), await join()];
    const heard = await guest.listen('com.app.news');
    await publisher.publish('com.app.news', ['trusted']);
    const calls = new Inbox<Heard>();
    await guest.register('com.app.echo', (call) => {
      calls.push(call);
      return call.args[0];
    });
    expect(await caller.call('com.app.echo', ['back'])).toBe('back');
    const [event, call] = [await heard.next(), await calls.next()];
    expect(event.args).toEqual(['trusted']);
    if (name !== 'wampy') return;
    expect([event.details.trustlevel, call.details.trustlevel]).toEqual([2, 3]);
  });

  test('gives up a call when the time that it gave is over', async () => {
    const [guest, callee] = [await join(), await stage.ours()];
    const started = new Inbox<AbortSignal>();
    await callee.register('com.app.slow', (_, { signal }) => {
      started.push(signal);
      return once(signal, 'abort');
    });
    const call = guest.call('com.app.slow', [], { options: { timeout: 50 } });
    await expect(call).rejects.toEqual(new GuestError('wamp.error.timeout'));
    const signal = await started.next();
    if (!signal.aborted) await once(signal, 'abort');
    await callee.register('com.app.quick', () => 'quick');
    expect(await guest.call('com.app.quick')).toEqual(['quick']);
  });

  test('serves on when the time of a call is over, and its late answer is dropped', async () => {
    const [caller, guest] = [await stage.ours(), await join()];
    const [begun, release] = [new Inbox<unknown>(), new Inbox<string>()];
    await guest.register('com.app.slow', async ({ args }) => {
      begun.push(args[0]);
      return release.next();
    });
    await expect(caller.call('com.app.slow', ['late'], { timeout: 50 })).rejects.toMatchObject({
      uri: 'wamp.error.timeout',
    });
    expect(await begun.next()).toBe('late');
    release.push('too late');
    const next = caller.call('com.app.slow', ['next']);
    expect(await begun.next()).toBe('next');
    release.push('in time');
    expect(await next).toBe('in time');
  });

  test.each([
    ['first', 'theirs'],
    ['last', 'ours'],
  ] as const)('shares a procedure with ours by %s', async (invoke, answers) => {
    const [caller, there, here] = [await stage.ours(), await join(), await stage.ours()];
    await there.register('com.app.work', () => 'theirs', { invoke });
    await here.register('com.app.work', () => 'ours', { invoke });
    for (let n = 0; n < 3; n++) expect(await caller.call('com.app.work')).toBe(answers);
    // Who is left serves, whoever that is.
    if (answers === 'ours') await here.close();
    else await there.close();
    await until(() => stage.router.stats().sessions === 2);
    expect(await caller.call('com.app.work')).toBe(answers === 'ours' ? 'theirs' : 'ours');
  });

  test('is one of those whom random asks', async () => {
    const [caller, there, here] = [await stage.ours(), await join(), await stage.ours()];
    await there.register('com.app.work', () => 'theirs', { invoke: 'random' });
    await here.register('com.app.work', () => 'ours', { invoke: 'random' });
    const answers = new Set<unknown>();
    while (answers.size < 2) answers.add(await caller.call('com.app.work'));
    expect([...answers].sort()).toEqual(['ours', 'theirs']);
  });

  test('calls what is registered by prefix and by wildcard, the most specific of them', async () => {
    const [guest, callee] = [await join(), await stage.ours()];
    const tell = (_: unknown, { procedure }: { readonly procedure: string }) => procedure;
    await callee.register('com.app.', (_, call) => `prefix ${tell(_, call)}`, { match: 'prefix' });
    await callee.register('com..stop', (_, call) => `wildcard ${tell(_, call)}`, { match: 'wildcard' });
    expect(await guest.call('com.app.stop')).toEqual(['prefix com.app.stop']);
    expect(await guest.call('com.site.stop')).toEqual(['wildcard com.site.stop']);
  });

  // None of them announces call_reroute: its answer is the answer, and nobody else is asked.
  test('that is unavailable says so to the caller; one of ours hands the call on', async () => {
    const [caller, guest, spare] = [await stage.ours(), await join(), await stage.ours()];
    await guest.register('com.app.theirs', () => Promise.reject(new GuestError('wamp.error.unavailable')), {
      invoke: 'first',
    });
    await spare.register('com.app.theirs', () => 'spare', { invoke: 'first' });
    await expect(caller.call('com.app.theirs')).rejects.toMatchObject({ uri: 'wamp.error.unavailable' });

    const busy = await stage.ours();
    await busy.register('com.app.ours', () => Promise.reject(new WampError('wamp.error.unavailable')), {
      invoke: 'roundrobin',
    });
    await guest.register('com.app.ours', () => 'theirs', { invoke: 'roundrobin' });
    expect(await caller.call('com.app.ours')).toBe('theirs');
  });

  test('survives that a procedure is taken from it', async () => {
    const [admin, guest] = [await stage.ours(), await join()];
    const registration = await guest.register('com.app.once', () => 'once');
    await admin.call('wamp.registration.remove_callee', [registration, guest.id], { kwargs: { reason: 'moved' } });
    await expect(admin.call('com.app.once')).rejects.toMatchObject({ uri: 'wamp.error.no_such_procedure' });
    expect(await guest.call('wamp.session.count')).toEqual([2]);
    // wampy knows no revocation: to it the procedure is there still.
    if (name === 'wampy') return;
    await guest.register('com.app.once', () => 'again');
    expect(await admin.call('com.app.once')).toBe('again');
  });

  // Autobahn|Python announces `subscription_revocation`, and hangs up on it.
  if (name !== 'Autobahn|Python')
    test('survives that a subscription is taken from it', async () => {
      const [admin, guest] = [await stage.ours(), await join()];
      const heard = await guest.listen('com.app.news');
      const subscription = await admin.call('wamp.subscription.lookup', ['com.app.news']);
      await admin.call('wamp.subscription.remove_subscriber', [subscription, guest.id], {
        kwargs: { reason: 'moved' },
      });
      await admin.publish('com.app.news', ['unheard'], acknowledge);
      expect(await guest.call('wamp.session.count')).toEqual([2]);
      expect(heard.size).toBe(0);
      if (name === 'wampy') return;
      const again = await guest.listen('com.app.news');
      await admin.publish('com.app.news', ['heard'], acknowledge);
      expect((await again.next()).args).toEqual(['heard']);
    });

  test('is sent no call in parts', async () => {
    const [caller, guest] = [await stage.ours(), await join()];
    await guest.register('com.app.upload', () => 'never');
    const { result } = caller.stream('com.app.upload', [], { input: [1, 2, 3] });
    await expect(result).rejects.toMatchObject({ uri: 'wamp.error.feature_not_supported' });
    expect(await caller.call('com.app.upload')).toBe('never');
  });

  test('hears the answers of a survey as they come', async () => {
    const guest = await join();
    for (const at of [1, 2]) await (await stage.ours()).register('com.app.status', () => at, { invoke: 'all' });
    const parts = new Inbox<unknown>();
    await guest.call('com.app.status', [], { parts });
    expect((await parts.take(2)).sort()).toEqual([1, 2]);
    await expect(guest.call('com.app.status')).rejects.toEqual(new GuestError('wamp.error.option_not_allowed'));
  });
});
