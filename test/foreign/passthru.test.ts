import { passthru } from '@wigwag/core/passthru';
import { cbor } from '@wigwag/core/serializer/cbor';
import type { Client, ReceivedEvent } from '@wigwag/node';
import { connect } from '@wigwag/node';
import { describe, expect, test } from 'vitest';
import { until } from '../support/until.js';
import { guestsAt } from './support/guests.js';
import { Inbox } from './support/inbox.js';
import { setPython } from './support/python.js';
import { setStage } from './support/stage.js';
import { joined, listen, serializers } from './support/wampy.js';

const stage = setStage();
const guests = guestsAt(stage, setPython(stage));
const scheme = { ppt_scheme: 'x_test', ppt_serializer: 'cbor' };

/** Our client, all of whose payloads are opaque to the router. */
async function sealing(): Promise<Client & AsyncDisposable> {
  const interceptors = [passthru({ scheme: 'x_test', serializer: cbor() })];
  return connect(stage.url, { realm: 'realm1', interceptors });
}

test('wampy and ours exchange payloads that the router does not read, both ways', async () => {
  const options = { serializer: serializers.cbor(), payloadSerializers: { cbor: serializers.cbor() } };
  const wampy = await joined(stage, options);
  await using ours = await sealing();
  const events = new Inbox<ReceivedEvent>();
  await ours.subscribe('com.ours.news', events.push);
  await wampy.publish('com.ours.news', { argsList: ['theirs'], argsDict: { n: 1 } }, scheme);
  expect(await events.next()).toMatchObject({ args: ['theirs'], kwargs: { n: 1 }, details: scheme });
  const heard = await listen(wampy, 'com.theirs.news');
  await ours.publish('com.theirs.news', ['ours'], { kwargs: { n: 2 } });
  expect(await heard.next()).toMatchObject({ argsList: ['ours'], argsDict: { n: 2 }, details: scheme });

  await ours.register('com.ours.sum', ([a, b]) => Number(a) + Number(b));
  expect((await wampy.call('com.ours.sum', { argsList: [40, 2] }, scheme)).argsList).toEqual([42]);
  const twice = ({ argsList: [n] = [] }: { readonly argsList?: unknown[] }) => ({
    argsList: [2 * Number(n)],
    options: scheme,
  });
  await wampy.register('com.theirs.twice', twice);
  expect(await ours.call('com.theirs.twice', [21])).toBe(42);
});

describe.each(guests.filter(([name]) => name !== 'wampy'))('%s, which knows nothing of it,', (_, join) => {
  test('is sent no opaque payload: an event passes it by, and a call is refused', async () => {
    const guest = await join();
    await using ours = await sealing();
    const heard = await guest.listen('com.app.news');
    await guest.register('com.app.echo', ({ args }) => args[0]);
    await ours.publish('com.app.news', ['sealed'], { acknowledge: true });
    await (await stage.ours()).publish('com.app.news', ['open'], { acknowledge: true });
    expect((await heard.next()).args).toEqual(['open']);
    await expect(ours.call('com.app.echo')).rejects.toMatchObject({ uri: 'wamp.error.feature_not_supported' });
    await until(() => stage.router.stats().calls === 0);
  });
});
