import type { ReceivedEvent } from '@wigwag/node';
import { beforeAll, expect, test } from 'vitest';
import { autobahnAt, listen } from './support/autobahn.js';
import { Inbox } from './support/inbox.js';
import { setStage } from './support/stage.js';

const stage = setStage();
let port: number;
beforeAll(async () => {
  const { url } = await stage.router.listen({ protocol: 'rawsocket', port: 0 });
  port = Number(new URL(url.replace('rs:', 'http:')).port);
});
const there = () => autobahnAt(stage, { transports: [{ type: 'rawsocket', host: '127.0.0.1', port }] });

test('AutobahnJS over RawSocket publishes, hears, calls and serves, and says GOODBYE', async () => {
  const [peer, ours] = [there(), await stage.ours()];
  const { session, details } = await peer.open();
  expect(details.transport).toMatchObject({ type: 'rawsocket', protocol: 'wamp.2.json' });
  const [heard, received] = [await listen(session, 'com.app.theirs'), new Inbox<ReceivedEvent>()];
  await ours.subscribe('com.app.ours', received.push);
  const text = '№ 42 '.repeat(20_000);
  await session.publish('com.app.ours', [text], {}, { acknowledge: true });
  await ours.publish('com.app.theirs', [text]);
  expect([(await received.next()).args, (await heard.next()).args]).toEqual([[text], [text]]);
  await session.register('com.app.echo', ([value]) => value);
  expect(await ours.call('com.app.echo', ['back'])).toBe('back');
  await ours.register('com.app.sum', ([a, b]) => Number(a) + Number(b));
  expect(await session.call('com.app.sum', [40, 2])).toBe(42);
  await peer.close();
});
