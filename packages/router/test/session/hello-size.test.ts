import { Code, ErrorUri } from '@wigwag/core/wire';
import { afterEach, expect, test } from 'vitest';
import { Router, ticket } from '../../src/index.js';
import { allRoles } from '../support/peer.js';
import { dial, dialIn } from '../support/sockets.js';

const routers: Router[] = [];
afterEach(() => Promise.all(routers.splice(0).map((router) => router.close())));

async function listen(options: ConstructorParameters<typeof Router>[0] = {}): Promise<string> {
  const router = new Router(options);
  routers.push(router);
  return (await router.listen({ port: 0 })).url;
}

test('HELLO is no longer than maxHelloSize, for it is kept as long as its session lives', async () => {
  const peer = await dial(await listen());
  peer.say(Code.HELLO, 'realm1', { ...allRoles, more: Array(20_000).fill({}) });
  expect(await peer.next()).toEqual([Code.ABORT, expect.anything(), ErrorUri.PAYLOAD_SIZE_EXCEEDED]);
  await peer.closed;
});

test('neither is AUTHENTICATE', async () => {
  const authenticators = [ticket({ check: () => ({ authid: 'ann', authrole: 'staff' }) })];
  const url = await listen({ authenticators, limits: { maxHelloSize: 1_000 } });
  const [one, two] = [await dial(url), await dial(url)];
  for (const peer of [one, two]) {
    peer.say(Code.HELLO, 'realm1', { ...allRoles, authmethods: ['ticket'] });
    await peer.next(Code.CHALLENGE);
  }
  one.say(Code.AUTHENTICATE, 'x'.repeat(900), {});
  expect(await one.next()).toEqual([Code.WELCOME, expect.anything(), expect.anything()]);
  two.say(Code.AUTHENTICATE, 'x'.repeat(1_001), {});
  expect(await two.next()).toEqual([Code.ABORT, expect.anything(), ErrorUri.PAYLOAD_SIZE_EXCEEDED]);
});

test('what comes behind WELCOME is held to maxMessageSize alone', async () => {
  const peer = await dialIn(await listen({ limits: { maxHelloSize: 1_000 } }));
  const [code] = await peer.ask(Code.PUBLISH, { acknowledge: true }, 'news', ['x'.repeat(100_000)]);
  expect(code).toBe(Code.PUBLISHED);
});
