import { connect } from '@wigwag/node';
import { describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { Inbox } from './support/inbox.js';
import { expectEmpty, RouterProcess, startRouter } from './support/router.js';
import { setStage } from './support/stage.js';
import { listen, wampyAt } from './support/wampy.js';

const stage = setStage();

describe('the connection of wampy', () => {
  test('is refused at a realm that does not exist, with the reason', async () => {
    const lost = wampyAt(stage, { realm: 'nowhere' });
    await expect(lost.open()).rejects.toMatchObject({
      errorUri: 'wamp.error.no_such_realm',
      details: { message: expect.stringContaining('nowhere') },
    });
    expect(lost.complaints.splice(0)).toMatchObject([{ errorUri: 'wamp.error.no_such_realm' }]);
  });

  test('ends when the router stops, and is made anew with the next router', async () => {
    const before = await startRouter(await freePort());
    const closed = new Inbox<string>();
    const there = wampyAt(stage, { onClose: () => closed.push('closed') }, before.url);
    const session = await there.open();
    await session.subscribe('com.app.news', () => {});
    await before.router.close();
    await closed.next();
    await expectEmpty(before.router);

    const { router: after } = await startRouter(Number(new URL(before.url).port));
    await there.open();
    expect(after.stats().sessions).toBe(1);
    await there.close();
    await after.close();
  });

  test('comes back by itself after the router crashed, with its subscriptions and registrations', async () => {
    let process = await RouterProcess.start(await freePort());
    const there = wampyAt(stage, { reconnectInterval: 20, maxRetries: 0 }, process.url);
    const session = await there.open();
    const events = await listen(session, 'com.app', 'prefix');
    await session.register('com.app.echo', ({ argsList = [] }) => ({ argsList }), { invoke: 'last' });

    process = await process.restart();
    await there.reconnected.next();
    // What it complained of is the socket that could not be opened while the router was away.
    for (const error of there.complaints.splice(0)) expect(error.name).toBe('WebsocketError');
    const client = await connect(process.url, { realm: 'realm1' });
    const call = () => client.call('com.app.echo', ['back']).catch(() => 'not yet');
    await expect.poll(call, { timeout: 30_000 }).toBe('back');
    await client.publish('com.app.back', ['again'], { acknowledge: true });
    expect((await events.next()).argsList).toEqual(['again']);

    await there.close();
    await client.close();
    await process.crash();
  });
});

// It sends calls in parts, and does not announce that it does: the specification calls that a breach of the protocol.
test('progressiveCall costs wampy its session, with the reason, and hurts no other', async () => {
  const { router, url } = await startRouter();
  const [there, here] = [wampyAt(stage, {}, url), await connect(url, { realm: 'realm1' })];
  const session = await there.open();
  await here.register('com.app.upload', () => 'never');
  const { result } = session.progressiveCall('com.app.upload', [1]);
  await expect(result).rejects.toThrow();
  expect(there.complaints.splice(0)).toMatchObject([
    {
      errorUri: 'wamp.error.protocol_violation',
      details: { message: expect.stringContaining('CALL.Options.progress') },
    },
  ]);
  expect(await here.call('com.app.upload')).toBe('never');
  await here.close();
  await router.close();
});
