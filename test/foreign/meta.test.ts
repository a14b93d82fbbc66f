import { expect, test } from 'vitest';
import * as autobahn from './support/autobahn.js';
import type { Inbox } from './support/inbox.js';
import { setStage } from './support/stage.js';
import * as wampy from './support/wampy.js';

const stage = setStage();

/** The meta API as a client that is not ours reaches it. */
interface Guest {
  readonly id: number;
  /** The single result, as this client hands it over. */
  call(procedure: string, args: unknown[], kwargs?: Record<string, unknown>): Promise<unknown>;
  /** Where the arguments of events arrive. */
  listen(topic: string): Promise<{ next(): Promise<unknown> }>;
  close(): Promise<void>;
}

const argsOf = <T>(inbox: Inbox<T>, args: (event: T) => unknown) => ({ next: async () => args(await inbox.next()) });

const guests: Readonly<Record<string, () => Promise<Guest>>> = {
  AutobahnJS: async () => {
    const peer = autobahn.autobahnAt(stage);
    const { session } = await peer.open();
    return {
      id: autobahn.sessionId(session),
      call: (procedure, args, kwargs) => session.call(procedure, args, kwargs),
      listen: async (topic) => argsOf(await autobahn.listen(session, topic), ({ args }) => args),
      close: () => peer.close(),
    };
  },
  wampy: async () => {
    const peer = wampy.wampyAt(stage);
    const session = await peer.open();
    return {
      id: wampy.sessionId(session),
      call: async (procedure, argsList, argsDict = {}) => {
        const { argsList: results = [] } = await session.call(procedure, { argsList, argsDict });
        return results[0];
      },
      listen: async (topic) => argsOf(await wampy.listen(session, topic), ({ argsList }) => argsList),
      close: () => peer.close(),
    };
  },
};

test.each(Object.entries(guests))('%s leaves a testament, and takes one back', async (_, join) => {
  const [mortal, heir] = [await join(), await join()];
  const heard = await heir.listen('com.app.will');
  await mortal.call('wamp.session.add_testament', ['com.app.will', ['never'], {}], { scope: 'detached' });
  await mortal.call('wamp.session.add_testament', ['com.app.will', ['all'], { to: 'you' }]);
  expect(await mortal.call('wamp.session.flush_testaments', [], { scope: 'detached' })).toBe(1);
  await mortal.close();
  expect(await heard.next()).toEqual(['all']);
});

test.each(Object.entries(guests))('%s sees who is there, who comes, and who goes', async (_, join) => {
  const one = await join();
  const [joins, leaves] = [await one.listen('wamp.session.on_join'), await one.listen('wamp.session.on_leave')];
  const two = await join();
  expect(await joins.next()).toMatchObject([{ session: two.id, authrole: 'anonymous' }]);
  expect(await one.call('wamp.session.list', [])).toEqual([one.id, two.id].sort((left, right) => left - right));
  expect(await one.call('wamp.session.get', [two.id])).toMatchObject({ session: two.id });
  await two.close();
  expect(await leaves.next()).toMatchObject([two.id, expect.any(String), 'anonymous']);
});

test.each(Object.entries(guests))('%s describes what it serves, and reads what others described', async (_, join) => {
  const [one, two] = [await join(), await join()];
  const defined = await two.listen('wamp.reflect.on_define');
  const price = { type: 'procedure', title: 'The price' };
  await one.call('wamp.reflect.define', ['com.app.price', price]);
  expect(await defined.next()).toEqual(['com.app.price', { ...price, uri: 'com.app.price' }, true]);
  expect(await two.call('wamp.reflection.procedure.list', [])).toEqual(['com.app.price']);
  expect(await two.call('wamp.reflection.procedure.describe', ['com.app.price'])).toMatchObject(price);
});
