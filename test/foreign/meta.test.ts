import { describe, expect, test } from 'vitest';
import { until } from '../support/until.js';
import type { GuestSession } from './support/guests.js';
import { GuestError, guestsAt } from './support/guests.js';
import { setPython } from './support/python.js';
import { setStage } from './support/stage.js';

const stage = setStage();
const guests = guestsAt(stage, setPython(stage));

/** What a procedure that answers with one value answered. */
async function ask(session: GuestSession, procedure: string, args: unknown[] = [], kwargs = {}): Promise<unknown> {
  return (await session.call(procedure, args, { kwargs }))[0];
}

describe.each(guests)('%s', (_, join) => {
  test('leaves a testament, and takes one back', async () => {
    const [mortal, heir] = [await join(), await join()];
    const heard = await heir.listen('com.app.will');
    await ask(mortal, 'wamp.session.add_testament', ['com.app.will', ['never'], {}], { scope: 'detached' });
    await ask(mortal, 'wamp.session.add_testament', ['com.app.will', ['all'], { to: 'you' }]);
    expect(await ask(mortal, 'wamp.session.flush_testaments', [], { scope: 'detached' })).toBe(1);
    await mortal.close();
    expect(await heard.next()).toMatchObject({ args: ['all'], kwargs: { to: 'you' } });
  });

  test('sees who is there, who comes, and who goes', async () => {
    const one = await join();
    const [joins, leaves] = [await one.listen('wamp.session.on_join'), await one.listen('wamp.session.on_leave')];
    const two = await join();
    expect((await joins.next()).args).toMatchObject([{ session: two.id, authrole: 'anonymous' }]);
    expect(await ask(one, 'wamp.session.list')).toEqual([one.id, two.id].sort((left, right) => left - right));
    expect(await ask(one, 'wamp.session.count', [['anonymous']])).toBe(2);
    expect(await ask(one, 'wamp.session.get', [two.id])).toMatchObject({ session: two.id });
    await two.close();
    expect((await leaves.next()).args).toMatchObject([two.id, expect.any(String), 'anonymous']);
    await expect(ask(one, 'wamp.session.get', [two.id])).rejects.toEqual(new GuestError('wamp.error.no_such_session'));
  });

  test('ends sessions of ours, by id, by role and all, and hears of each but the last', async () => {
    const [guest, one, two, three] = [await join(), await stage.ours(), await stage.ours(), await stage.ours()];
    const { session } = one;
    const leaves = await guest.listen('wamp.session.on_leave');
    await ask(guest, 'wamp.session.kill', [session], { reason: 'com.app.fired', message: 'out' });
    await until(() => one.state.type === 'closed');
    expect(one.state).toMatchObject({ error: { uri: 'com.app.fired', message: expect.stringContaining('out') } });
    expect((await leaves.next()).args[0]).toBe(session);
    await expect(ask(guest, 'wamp.session.kill', [guest.id])).rejects.toEqual(
      new GuestError('wamp.error.no_such_session'),
    );
    expect(await ask(guest, 'wamp.session.kill_by_authrole', ['nobody'])).toBe(0);
    expect(await ask(guest, 'wamp.session.kill_by_authid', ['nobody'])).toEqual([]);
    expect(await ask(guest, 'wamp.session.kill_all')).toBe(2);
    await until(() => two.state.type === 'closed' && three.state.type === 'closed');
    expect(two.state).toMatchObject({ error: { uri: 'wamp.close.killed' } });
    expect(leaves.size).toBe(0);
  });

  test('sees what others subscribe to, and what becomes of it', async () => {
    const [guest, ours] = [await join(), await stage.ours()];
    const { session } = ours;
    const about = async (event: string) => guest.listen(`wamp.subscription.${event}`);
    const [created, subscribed] = [await about('on_create'), await about('on_subscribe')];
    const [unsubscribed, deleted] = [await about('on_unsubscribe'), await about('on_delete')];
    const { id, unsubscribe } = await ours.subscribe('com.app.', () => {}, { match: 'prefix' });
    const details = { id, uri: 'com.app.', match: 'prefix', created: expect.any(String) };
    // Of its own subscriptions above it may hear too.
    const told = async (inbox: typeof created) => {
      for (;;) {
        const { args } = await inbox.next();
        if (args[0] === session) return args[1];
      }
    };
    expect([await told(created), await told(subscribed)]).toEqual([details, id]);
    expect(await ask(guest, 'wamp.subscription.lookup', ['com.app.', { match: 'prefix' }])).toBe(id);
    expect(await ask(guest, 'wamp.subscription.lookup', ['com.app.'])).toBeFalsy();
    expect(await ask(guest, 'wamp.subscription.match', ['com.app.news'])).toEqual([id]);
    expect(await ask(guest, 'wamp.subscription.get', [id])).toEqual(details);
    expect(await ask(guest, 'wamp.subscription.list')).toMatchObject({ prefix: [id], wildcard: [] });
    expect(await ask(guest, 'wamp.subscription.list_subscribers', [id])).toEqual([session]);
    expect(await ask(guest, 'wamp.subscription.count_subscribers', [id])).toBe(1);
    await unsubscribe();
    expect([await told(unsubscribed), await told(deleted)]).toEqual([id, id]);
    const gone = ask(guest, 'wamp.subscription.get', [id]);
    await expect(gone).rejects.toEqual(new GuestError('wamp.error.no_such_subscription'));
  });

  test('sees what others serve, and what becomes of it', async () => {
    const [guest, ours] = [await join(), await stage.ours()];
    const { session } = ours;
    const about = async (event: string) => guest.listen(`wamp.registration.${event}`);
    const [created, registered] = [await about('on_create'), await about('on_register')];
    const [unregistered, deleted] = [await about('on_unregister'), await about('on_delete')];
    const options = { match: 'wildcard', invoke: 'roundrobin' } as const;
    const { id, unregister } = await ours.register('com..price', () => 1, options);
    const details = { id, uri: 'com..price', ...options, created: expect.any(String) };
    expect((await created.next()).args).toEqual([session, details]);
    expect((await registered.next()).args).toEqual([session, id]);
    expect(await ask(guest, 'wamp.registration.lookup', ['com..price', { match: 'wildcard' }])).toBe(id);
    expect(await ask(guest, 'wamp.registration.match', ['com.app.price'])).toBe(id);
    expect(await ask(guest, 'wamp.registration.match', ['com.app.other'])).toBeFalsy();
    expect(await ask(guest, 'wamp.registration.get', [id])).toMatchObject(details);
    expect(await ask(guest, 'wamp.registration.list')).toMatchObject({ exact: [], wildcard: [id] });
    expect(await ask(guest, 'wamp.registration.list_callees', [id])).toEqual([session]);
    expect(await ask(guest, 'wamp.registration.count_callees', [id])).toBe(1);
    await unregister();
    expect((await unregistered.next()).args).toEqual([session, id]);
    expect((await deleted.next()).args).toEqual([session, id]);
    const gone = ask(guest, 'wamp.registration.get', [id]);
    await expect(gone).rejects.toEqual(new GuestError('wamp.error.no_such_registration'));
  });

  test('describes what it serves, and reads what others described', async () => {
    const [one, two] = [await join(), await join()];
    const defined = await two.listen('wamp.reflect.on_define');
    const price = { type: 'procedure', title: 'The price' };
    await ask(one, 'wamp.reflect.define', ['com.app.price', price]);
    expect((await defined.next()).args).toEqual(['com.app.price', { ...price, uri: 'com.app.price' }, true]);
    expect(await ask(two, 'wamp.reflection.procedure.list')).toEqual(['com.app.price']);
    expect(await ask(two, 'wamp.reflection.procedure.describe', ['com.app.price'])).toMatchObject(price);
  });
});
