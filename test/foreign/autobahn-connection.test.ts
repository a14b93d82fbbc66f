import type { ReceivedEvent } from '@wigwag/node';
import { connect } from '@wigwag/node';
import { describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { autobahnAt, serializers } from './support/autobahn.js';
import { Inbox } from './support/inbox.js';
import { expectEmpty, RouterProcess, startRouter } from './support/router.js';
import { setStage } from './support/stage.js';

const stage = setStage();
const acknowledge = { acknowledge: true };

describe('the connection of AutobahnJS', () => {
  test('takes the serializer that it prefers', async () => {
    const { details } = await autobahnAt(stage, { serializers: [serializers.msgpack(), serializers.json()] }).open();
    expect(details.transport.protocol).toBe('wamp.2.msgpack');
  });

  test('ends at a realm that does not exist, with the reason, and without another try', async () => {
    const lost = autobahnAt(stage, { realm: 'nowhere' });
    void lost.open();
    const closed = await lost.closed.next();
    expect(closed).toMatchObject({ reason: 'wamp.error.no_such_realm', will_retry: false });
    expect(closed.message).toContain('nowhere');
  });

  test('is told when the router stops, and joins the next router when it is opened again', async () => {
    const before = await startRouter(await freePort());
    const there = autobahnAt(stage, {}, before.url);
    const { session } = await there.open();
    await session.subscribe('com.app.news', () => {});
    await before.router.close();
    expect(await there.closed.next()).toMatchObject({
      reason: 'wamp.close.system_shutdown',
      will_retry: false,
    });
    await expectEmpty(before.router);

    const { router: after } = await startRouter(Number(new URL(before.url).port));
    const { session: again } = await there.open();
    expect(again.isOpen).toBe(true);
    await there.close();
    await after.close();
  });

  test('comes back by itself after the router crashed, and serves and receives again', async () => {
    let process = await RouterProcess.start(await freePort());
    const there = autobahnAt(stage, { initial_retry_delay: 0.02, retry_delay_growth: 1, max_retries: -1 }, process.url);
    const client = await connect(process.url, { realm: 'realm1', backoff: { initial: 10, max: 50 } });
    const events = new Inbox<ReceivedEvent>();
    await client.subscribe('com.app.back', events.push);
    await there.open();

    process = await process.restart();
    expect(await there.closed.next()).toMatchObject({ how: 'lost', will_retry: true });
    const { session } = await there.joined.next();
    await session.register('com.app.echo', (args) => args[0]);
    // Our client returns by itself too; its subscription is there before anything it asks for next.
    expect(await client.call('com.app.echo', ['back'], { offline: 'wait' })).toBe('back');
    await session.publish('com.app.back', ['again'], {}, acknowledge);
    expect((await events.next()).args).toEqual(['again']);

    await there.close();
    await client.close();
    await process.crash();
  });
});
