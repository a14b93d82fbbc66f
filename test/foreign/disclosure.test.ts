import type { ReceivedEvent } from '@wigwag/node';
import { describe, expect, test } from 'vitest';
import type { Heard } from './support/guests.js';
import { guestsAt } from './support/guests.js';
import { Inbox } from './support/inbox.js';
import { setPython } from './support/python.js';
import { setStage } from './support/stage.js';

// Autobahn|Python cannot ask to be named: it leaves that to the router's configuration, which insists here.
const stage = setStage({ disclosure: { publishers: 'force', callers: 'force' } });
const guests = guestsAt(stage, setPython(stage));
const authrole = 'anonymous';

describe.each(guests)('where the router insists on names, %s', (_, join) => {
  test('is told who published and who calls', async () => {
    const [guest, ours] = [await join(), await stage.ours()];
    const { session } = ours;
    const heard = await guest.listen('com.app.news');
    const calls = new Inbox<Heard>();
    await guest.register('com.app.echo', (call) => {
      calls.push(call);
      return 'served';
    });
    await ours.publish('com.app.news', ['hello'], { acknowledge: true });
    await ours.call('com.app.echo');
    expect((await heard.next()).details).toMatchObject({ publisher: session });
    expect((await calls.next()).details).toMatchObject({ caller: session });
  });

  test('is named to those who hear and serve it', async () => {
    const [guest, ours] = [await join(), await stage.ours()];
    const events = new Inbox<ReceivedEvent>();
    await ours.subscribe('com.app.news', events.push);
    await ours.register('com.app.who', (_args, { details }) => [details.caller, details.caller_authrole]);
    await guest.publish('com.app.news', ['hello']);
    expect((await events.next()).details).toMatchObject({ publisher: guest.id, publisher_authrole: authrole });
    expect(await guest.call('com.app.who')).toEqual([[guest.id, authrole]]);
  });
});
