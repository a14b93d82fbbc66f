import { ticket } from '@wigwag/core';
import type { User } from '@wigwag/router';
import * as access from '@wigwag/router';
import { expect, test } from 'vitest';
import { TestClock } from '../../packages/router/test/support/clock.js';
import { Stage } from '../support/peers.js';
import { until } from '../support/until.js';

test('a client whose token expires comes back with a new one, and its subscriptions with it', async () => {
  const clock = new TestClock();
  const hour = 3_600_000;
  const check = (token: string): User => ({ authid: token, authrole: 'user', expires: Date.now() + hour });
  const stage = await Stage.open({ clock, authenticators: [access.ticket({ check })], authorization: access.allowAll });
  let issued = 0;
  const auth = [ticket({ ticket: async () => `token${++issued}` })];
  const client = await stage.join('websocket', 'json', { auth });
  const events: unknown[] = [];
  await client.subscribe('news', ({ args }) => {
    events.push(args[0]);
  });
  expect(client.state).toMatchObject({ type: 'joined', details: { authid: 'token1' } });

  clock.advance(hour);
  await until(() => client.state.type === 'joined' && client.state.details.authid === 'token2');
  await until(() => stage.router.stats().subscriptions === 1);
  await client.publish('news', ['here again'], { acknowledge: true, exclude_me: false });
  await until(() => events.length > 0);
  expect(events).toEqual(['here again']);
  await stage.close();
});
