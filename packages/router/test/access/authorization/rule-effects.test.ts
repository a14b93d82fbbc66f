import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { Rule } from '../../../src/index.js';
import { allowAll, byRole, rules } from '../../../src/index.js';
import { anybody, joinAs } from '../../support/as.js';
import { TestClock } from '../../support/clock.js';
import type { Peer } from '../../support/peer.js';
import { ask, routerFor, routerWith } from '../../support/rules.js';

describe('disclosure', () => {
  const acting = (disclosure: 'allow' | 'force' | 'refuse'): Rule => ({
    uri: 'shop.',
    match: 'prefix',
    allow: ['publish', 'call', 'register'],
    disclosure,
  });

  test('force: publisher and caller are named though they did not ask for it', async () => {
    const router = routerWith(acting('force'));
    const [peer, backend] = [await joinAs(router, 'page'), await joinAs(router, 'backend', 'boss')];
    await backend.subscribe('shop.tick');
    await backend.register('shop.price');
    peer.say(Code.PUBLISH, 1, {}, 'shop.tick');
    expect((await backend.next(Code.EVENT))[3]).toMatchObject({ publisher: peer.id, publisher_authid: 'ann' });
    peer.say(Code.CALL, 2, {}, 'shop.price');
    expect((await backend.next(Code.INVOCATION))[3]).toMatchObject({ caller: peer.id, caller_authrole: 'page' });
    // A callee whose rule forces it is told of every caller.
    await peer.register('shop.cost');
    backend.say(Code.CALL, 1, {}, 'shop.cost');
    expect((await peer.next(Code.INVOCATION))[3]).toMatchObject({ caller_authid: 'boss' });
  });

  test('refuse: who asks to be named is refused, and nobody is named, even to a callee that wants to know', async () => {
    const router = routerWith(acting('refuse'));
    const [peer, backend] = [await joinAs(router, 'page'), await joinAs(router, 'backend')];
    await backend.subscribe('shop.tick');
    await backend.register('shop.price', { disclose_caller: true });
    for (const [code, uri] of [
      [Code.PUBLISH, 'shop.tick'],
      [Code.CALL, 'shop.price'],
    ] as const) {
      const answer = await peer.ask(code, { acknowledge: true, disclose_me: true }, uri);
      expect(answer[4]).toBe(ErrorUri.DISCLOSE_ME_DISALLOWED);
    }
    peer.say(Code.PUBLISH, 11, {}, 'shop.tick');
    expect((await backend.next(Code.EVENT))[3]).toEqual({});
    peer.say(Code.CALL, 12, {}, 'shop.price');
    expect((await backend.next(Code.INVOCATION))[3]).toEqual({});
    expect((await peer.ask(Code.REGISTER, { disclose_caller: true }, 'shop.cost'))[4]).toBe(
      ErrorUri.OPTION_NOT_ALLOWED,
    );
  });

  test('a rule counts for more than what the router is told for all', async () => {
    const authorization = byRole({ page: rules([acting('allow')]), backend: allowAll });
    const disclosure = { publishers: 'refuse', callers: 'refuse' } as const;
    const router = routerFor({ authenticators: [anybody], authorization, disclosure });
    const [peer, backend] = [await joinAs(router, 'page'), await joinAs(router, 'backend')];
    await backend.subscribe('shop.tick');
    peer.say(Code.PUBLISH, 1, { disclose_me: true }, 'shop.tick');
    expect((await backend.next(Code.EVENT))[3]).toMatchObject({ publisher: peer.id });
    const refused = await backend.ask(Code.PUBLISH, { acknowledge: true, disclose_me: true }, 'shop.tick');
    expect(refused[4]).toBe(ErrorUri.DISCLOSE_ME_DISALLOWED);
  });
});

describe('limits of a rule', () => {
  test('a rate: what is beyond it is refused, for that session and rule alone, until time has passed', async () => {
    const clock = new TestClock();
    const limited: Rule = { uri: 'chat.', match: 'prefix', allow: ['publish'], limits: { rate: 2, burst: 3 } };
    const list = rules([limited, { uri: 'shop.tick', allow: ['publish'] }], { clock });
    const router = routerFor({ authenticators: [anybody], authorization: byRole({ page: list }), clock });
    const [ann, bob] = [await joinAs(router, 'page', 'ann'), await joinAs(router, 'page', 'bob')];
    const say = async (peer: Peer, topic = 'chat.room') => {
      const answer = await ask(peer, 'publish', topic);
      return answer[0] === Code.ERROR ? answer[4] : 'published';
    };
    for (let at = 0; at < 3; at++) expect(await say(ann)).toBe('published');
    expect(await say(ann)).toBe(ErrorUri.LIMIT_EXCEEDED);
    expect(await say(ann, 'chat.other')).toBe(ErrorUri.LIMIT_EXCEEDED);
    expect(await say(ann, 'shop.tick')).toBe('published');
    expect(await say(bob)).toBe('published');
    clock.advance(500);
    expect(await say(ann)).toBe('published');
    expect(await say(ann)).toBe(ErrorUri.LIMIT_EXCEEDED);
  });

  test('a payload: a longer one is refused before anybody sees it', async () => {
    const router = routerWith({ uri: 'chat.room', allow: ['publish', 'call'], limits: { maxPayload: 100 } });
    const peer = await joinAs(router, 'page');
    const long = await peer.ask(Code.PUBLISH, { acknowledge: true }, 'chat.room', ['x'.repeat(100)]);
    expect(long[4]).toBe(ErrorUri.PAYLOAD_SIZE_EXCEEDED);
    const short = await peer.ask(Code.PUBLISH, { acknowledge: true }, 'chat.room', ['x'.repeat(90)]);
    expect(short[0]).toBe(Code.PUBLISHED);
  });
});
