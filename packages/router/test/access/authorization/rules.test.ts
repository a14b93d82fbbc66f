import type { Session } from '@wigwag/core/session';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { RefusedPublish, Rule } from '../../../src/index.js';
import { allowAll, byRealm, byRole } from '../../../src/index.js';
import { anybody, joinAs } from '../../support/as.js';
import { joinOver } from '../../support/remote.js';
import type { Asked } from '../../support/rules.js';
import { ask, may, routerFor, routerWith } from '../../support/rules.js';

describe('what a rule allows', () => {
  test.each<Asked>(['publish', 'subscribe', 'call', 'register'])('%s, and nothing else', async (action) => {
    const router = routerWith({ uri: 'shop.tick', allow: [action] });
    const peer = await joinAs(router, 'page');
    for (const each of ['publish', 'subscribe', 'call', 'register'] as const) {
      expect(await may(peer, each, 'shop.tick')).toBe(each === action);
      expect(await may(peer, each, 'shop.tock')).toBe(false);
    }
  });

  test('the refusal names what was asked for, and why', async () => {
    const peer = await joinAs(routerWith({ uri: 'shop.tick', allow: ['publish'] }), 'page');
    expect((await ask(peer, 'subscribe', 'shop.tick'))[5]).toEqual([
      'may not subscribe shop.tick: no rule of the role "page" allows it',
    ]);
    expect((await ask(peer, 'subscribe', 'shop.', 'prefix'))[5]).toEqual([
      'may not subscribe "shop." (prefix, all that it matches): no rule of the role "page" allows it',
    ]);
  });

  test('the most specific pattern decides: exact, the longest prefix, wildcard', async () => {
    const router = routerWith(
      { uri: 'a..', match: 'wildcard', allow: ['publish', 'subscribe', 'call'] },
      { uri: 'a.', match: 'prefix', allow: ['publish', 'subscribe'] },
      { uri: 'a.b.', match: 'prefix', allow: ['publish'] },
      { uri: 'a.b.c', allow: [] },
    );
    const peer = await joinAs(router, 'page');
    expect(await may(peer, 'publish', 'a.b.d')).toBe(true);
    expect(await may(peer, 'subscribe', 'a.b.d')).toBe(false);
    expect(await may(peer, 'subscribe', 'a.c.d')).toBe(true);
    expect(await may(peer, 'publish', 'a.b.c')).toBe(false);
    // The wildcard would, but a prefix is more specific.
    expect(await may(peer, 'call', 'a.c.d')).toBe(false);
  });

  test('a role without rules, and names that every object has, may do nothing', async () => {
    const router = routerWith({ uri: '', match: 'prefix', allow: ['subscribe', 'publish', 'call', 'register'] });
    for (const role of ['nobody', '', '__proto__', 'constructor', 'toString']) {
      expect(await may(await joinAs(router, role), 'subscribe', 'a.b')).toBe(false);
    }
    expect(await may(await joinAs(router, 'page'), 'subscribe', 'constructor')).toBe(true);
  });

  test('rules of one realm are none of another', async () => {
    const everything = byRole({ page: allowAll });
    const router = routerFor({
      authenticators: [anybody],
      realms: ['shop', 'zoo', 'bank'],
      authorization: byRealm({ shop: everything, zoo: byRole({}) }),
    });
    expect(await may(await joinAs(router, 'page', 'ann', 'shop'), 'publish', 'a.b')).toBe(true);
    expect(await may(await joinAs(router, 'page', 'ann', 'zoo'), 'publish', 'a.b')).toBe(false);
    expect(await may(await joinAs(router, 'page', 'ann', 'bank'), 'publish', 'a.b')).toBe(false);
  });
});

describe('patterns that a session asks for', () => {
  const rule = (uri: string, match: 'exact' | 'prefix' | 'wildcard'): Rule => ({
    uri,
    match,
    allow: ['subscribe', 'register'],
  });

  test.each([
    ['shop.', 'prefix', true],
    ['shop.eu.', 'prefix', true],
    ['shop', 'prefix', false],
    ['sho', 'prefix', false],
    ['', 'prefix', false],
    ['shop..tick', 'wildcard', true],
    ['.eu.tick', 'wildcard', false],
    ['..', 'wildcard', false],
  ])('with a rule for the prefix "shop.", %j (%s): %s', async (uri, match, allowed) => {
    const peer = await joinAs(routerWith(rule('shop.', 'prefix')), 'page');
    expect(await may(peer, 'subscribe', uri, match)).toBe(allowed);
    expect(await may(peer, 'register', uri, match)).toBe(allowed);
  });

  test.each([
    ['shop..tick', 'wildcard', true],
    ['shop.eu.tick', 'wildcard', true],
    ['shop..', 'wildcard', false],
    ['..tick', 'wildcard', false],
    ['shop.', 'prefix', false],
    ['shop.eu.tick', 'prefix', false],
  ])('with a rule for the wildcard "shop..tick", %j (%s): %s', async (uri, match, allowed) => {
    const peer = await joinAs(routerWith(rule('shop..tick', 'wildcard')), 'page');
    expect(await may(peer, 'subscribe', uri, match)).toBe(allowed);
  });

  test('a rule for one URI covers no pattern', async () => {
    const peer = await joinAs(routerWith(rule('shop.tick', 'exact')), 'page');
    expect(await may(peer, 'subscribe', 'shop.tick', 'prefix')).toBe(false);
    expect(await may(peer, 'subscribe', 'shop.', 'wildcard')).toBe(false);
  });

  test('a pattern is refused where a part of it is denied, however it is asked for', async () => {
    const router = routerWith(
      rule('shop.', 'prefix'),
      { uri: 'shop.internal.', match: 'prefix', allow: ['publish'] },
      { uri: 'shop.eu.secret', allow: [] },
      { uri: 'shop..audit', match: 'wildcard', allow: [] },
    );
    const peer = await joinAs(router, 'page');
    expect(await may(peer, 'subscribe', 'shop.', 'prefix')).toBe(false);
    expect(await may(peer, 'subscribe', 'shop.int', 'prefix')).toBe(false);
    expect(await may(peer, 'subscribe', 'shop.internal.x.', 'prefix')).toBe(false);
    expect(await may(peer, 'subscribe', 'shop..prices', 'wildcard')).toBe(false);
    expect(await may(peer, 'subscribe', 'shop..secret', 'wildcard')).toBe(false);
    expect(await may(peer, 'subscribe', 'shop.eu.', 'prefix')).toBe(false);
    expect(await may(peer, 'subscribe', 'shop.us.', 'prefix')).toBe(true);
    // The prefix is more specific than the wildcard that would deny it.
    expect(await may(peer, 'subscribe', 'shop.us.audit')).toBe(true);
  });
});

describe('placeholders', () => {
  const own: Rule = { uri: 'user.{authid}.', match: 'prefix', allow: ['subscribe'] };

  test('{authid} is whom the session acts as, {session} its id', async () => {
    const router = routerWith(own, { uri: 'page.{session}.show', allow: ['register'] });
    const [ann, bob] = [await joinAs(router, 'page', 'ann'), await joinAs(router, 'page', 'bob')];
    expect(await may(ann, 'subscribe', 'user.ann.inbox')).toBe(true);
    expect(await may(ann, 'subscribe', 'user.ann.', 'prefix')).toBe(true);
    expect(await may(ann, 'subscribe', 'user.bob.inbox')).toBe(false);
    expect(await may(ann, 'subscribe', 'user..inbox', 'wildcard')).toBe(false);
    expect(await may(ann, 'subscribe', 'user.', 'prefix')).toBe(false);
    expect(await may(bob, 'subscribe', 'user.bob.inbox')).toBe(true);
    expect(await may(ann, 'register', `page.${ann.id}.show`)).toBe(true);
    expect(await may(ann, 'register', `page.${bob.id}.show`)).toBe(false);
  });

  test.each([
    ['bob.inbox', 'user.bob.inbox'],
    ['', 'user.bob.inbox'],
    ['bob', 'user.bobby.inbox'],
    ['{authid}', 'user.bob.inbox'],
    ['..', 'user.bob.inbox'],
  ])('nobody called %j gets at %s', async (authid, topic) => {
    const router = routerWith(own, { uri: '.{authid}.inbox', match: 'wildcard', allow: ['subscribe'] });
    expect(await may(await joinAs(router, 'page', authid), 'subscribe', topic)).toBe(false);
  });

  // Whose they are stands behind a place that may hold anything: what they begin with tells little.
  test('a rule with a placeholder counts wherever in its pattern that stands', async () => {
    const router = routerWith(
      { uri: '{authid}.inbox', allow: ['subscribe'] },
      { uri: 'team..{authid}', match: 'wildcard', allow: ['subscribe'] },
      { uri: '.rooms.{session}', match: 'wildcard', allow: ['subscribe'] },
      { uri: 'user.', match: 'prefix', allow: ['subscribe'] },
      { uri: 'user.{authid}.sealed.', match: 'prefix', allow: [] },
    );
    const ann = await joinAs(router, 'page', 'ann');
    expect(await may(ann, 'subscribe', 'ann.inbox')).toBe(true);
    expect(await may(ann, 'subscribe', 'bob.inbox')).toBe(false);
    expect(await may(ann, 'subscribe', 'team.red.ann')).toBe(true);
    expect(await may(ann, 'subscribe', 'team..ann', 'wildcard')).toBe(true);
    expect(await may(ann, 'subscribe', 'team.red.bob')).toBe(false);
    expect(await may(ann, 'subscribe', `chat.rooms.${ann.id}`)).toBe(true);
    // What the session has for itself may deny, too, and then what is asked for with a pattern.
    expect(await may(ann, 'subscribe', 'user.ann.sealed.x')).toBe(false);
    expect(await may(ann, 'subscribe', 'user.bob.sealed.x')).toBe(true);
    expect(await may(ann, 'subscribe', 'user.', 'prefix')).toBe(false);
    expect(await may(ann, 'subscribe', 'user..sealed.x', 'wildcard')).toBe(false);
  });

  test('an authid that is no component of a URI is written as one', async () => {
    const router = routerWith(own);
    const peer = await joinAs(router, 'page', 'ann@example.com');
    expect(await may(peer, 'subscribe', 'user.ann@example%2Ecom.inbox')).toBe(true);
    expect(await may(peer, 'subscribe', 'user.ann@example.com.inbox')).toBe(false);
    const escaped = await joinAs(router, 'page', 'ann@example%2Ecom');
    expect(await may(escaped, 'subscribe', 'user.ann@example%2Ecom.inbox')).toBe(false);
  });

  test('a name cannot change what a rule for somebody else says', async () => {
    const router = routerWith(
      { uri: 'user.{authid}.inbox', allow: ['subscribe'] },
      { uri: 'user.admin.inbox', allow: [] },
      { uri: 'user.{session}.inbox', allow: ['subscribe'] },
    );
    expect(await may(await joinAs(router, 'page', 'admin'), 'subscribe', 'user.admin.inbox')).toBe(false);
    expect(await may(await joinAs(router, 'page', 'ann'), 'subscribe', 'user.ann.inbox')).toBe(true);
  });
});

describe('the router’s own procedures and topics', () => {
  const everything: Rule = { uri: '', match: 'prefix', allow: ['publish', 'subscribe', 'call', 'register'] };

  test('who may do everything may still not kill, count or watch sessions', async () => {
    const router = routerWith(everything, { uri: '..', match: 'wildcard', allow: ['call', 'subscribe'] });
    const [peer, victim] = [await joinAs(router, 'page'), await joinAs(router, 'page')];
    const kill = await peer.ask(Code.CALL, {}, 'wamp.session.kill', [victim.id]);
    expect(kill[4]).toBe(ErrorUri.NOT_AUTHORIZED);
    for (const procedure of ['wamp.session.count', 'wamp.session.kill_all', 'wamp.subscription.list']) {
      expect(await may(peer, 'call', procedure)).toBe(false);
    }
    expect(await may(peer, 'subscribe', 'wamp.session.on_join')).toBe(false);
    expect(await may(peer, 'subscribe', 'wamp.', 'prefix')).toBe(false);
    expect(await may(peer, 'subscribe', 'wamp..on_join', 'wildcard')).toBe(false);
    // Not by a pattern that only happens to match them, either.
    for (const [uri, match] of [
      ['', 'prefix'],
      ['w', 'prefix'],
      ['wamp', 'prefix'],
      ['..on_join', 'wildcard'],
      ['..', 'wildcard'],
    ]) {
      expect(await may(peer, 'subscribe', uri ?? '', match)).toBe(false);
    }
    expect(await may(peer, 'subscribe', 'x', 'prefix')).toBe(true);
    expect(router.stats().sessions).toBe(2);
  });

  test('a rule that begins with "wamp." allows what it says', async () => {
    const router = routerWith(
      { uri: 'wamp.session.count', allow: ['call'] },
      { uri: 'wamp.session.', match: 'prefix', allow: ['subscribe'] },
    );
    const peer = await joinAs(router, 'page');
    expect((await peer.ask(Code.CALL, {}, 'wamp.session.count'))[3]).toEqual([1]);
    expect(await may(peer, 'call', 'wamp.session.list')).toBe(false);
    expect(await may(peer, 'subscribe', 'wamp.session.on_join')).toBe(true);
    expect(await may(peer, 'subscribe', 'wamp.subscription.on_create')).toBe(false);
  });

  test('with a rule for each half, a pattern over both is allowed', async () => {
    const router = routerWith(everything, { uri: 'wamp.', match: 'prefix', allow: ['subscribe'] });
    const peer = await joinAs(router, 'page');
    expect(await may(peer, 'subscribe', '', 'prefix')).toBe(true);
    expect(await may(peer, 'subscribe', '..on_join', 'wildcard')).toBe(true);
    expect(await may(peer, 'register', '', 'prefix')).toBe(false);
  });
});

test('a denied publication reaches nobody, is reported and counted, acknowledged or not', async () => {
  const router = routerWith({ uri: 'shop.', match: 'prefix', allow: ['subscribe'] });
  const refused: RefusedPublish[] = [];
  router.on('publish:refused', (event) => refused.push(event));
  const [peer, subscriber] = [await joinAs(router, 'page'), await joinAs(router, 'backend')];
  await subscriber.subscribe('shop.tick');
  peer.say(Code.PUBLISH, 1, {}, 'shop.tick', [1]);
  expect(await may(peer, 'publish', 'shop.tick')).toBe(false);
  await subscriber.settled();
  expect(subscriber.of(Code.EVENT)).toEqual([]);
  expect(refused).toMatchObject([
    { topic: 'shop.tick', acknowledged: false, uri: ErrorUri.NOT_AUTHORIZED, session: { authid: 'ann' } },
    { topic: 'shop.tick', acknowledged: true },
  ]);
  expect(router.stats()).toMatchObject({ published: 0, refusedPublishes: 2, denied: 2 });
  expect(await may(peer, 'call', 'shop.price')).toBe(false);
  expect(router.stats()).toMatchObject({ refusedPublishes: 2, denied: 3 });
});

describe('testaments', () => {
  const TESTAMENT = 'wamp.session.add_testament';
  const making: Rule = { uri: TESTAMENT, allow: ['call'] };

  test('pass the same gate as what the session publishes while it is there', async () => {
    const router = routerWith(making, { uri: 'open.', match: 'prefix', allow: ['publish'], disclosure: 'force' });
    const [peer, backend] = [await joinAs(router, 'page'), await joinAs(router, 'backend')];
    for (const topic of ['open.last', 'closed.last']) await backend.subscribe(topic);
    const refused = await peer.ask(Code.CALL, {}, TESTAMENT, ['closed.last', ['bye'], {}]);
    expect(refused[4]).toBe(ErrorUri.NOT_AUTHORIZED);
    expect((await peer.ask(Code.CALL, {}, TESTAMENT, ['open.last', ['bye'], {}]))[0]).toBe(Code.RESULT);
    peer.transport.terminate();
    const event = await backend.next(Code.EVENT);
    expect(event[4]).toEqual(['bye']);
    expect(event[3]).toMatchObject({ publisher: peer.id, publisher_authid: 'ann' });
    await backend.settled();
    expect(backend.of(Code.EVENT)).toHaveLength(1);
  });

  test('may not name their publisher where the rule refuses that', async () => {
    const router = routerWith(making, { uri: 'open.last', allow: ['publish'], disclosure: 'refuse' });
    const peer = await joinAs(router, 'page');
    const kwargs = { publish_options: { disclose_me: true } };
    const refused = await peer.ask(Code.CALL, {}, TESTAMENT, ['open.last', [], {}], kwargs);
    expect(refused[4]).toBe(ErrorUri.DISCLOSE_ME_DISALLOWED);
  });

  test('and making one needs a rule too', async () => {
    const router = routerWith({ uri: '', match: 'prefix', allow: ['call', 'publish'] });
    const peer = await joinAs(router, 'page');
    expect(await may(peer, 'call', TESTAMENT)).toBe(false);
  });
});

describe('without rules', () => {
  const attempt = async (session: Session) => session.publish('a.b', [1], { acknowledge: true });

  test('clients of this machine may do everything, as long as there are no authenticators', async () => {
    const router = routerFor();
    expect(await may(await joinOver(router, { local: true }), 'call', 'wamp.session.count')).toBe(true);
    const stranger = await joinOver(router, { local: false });
    expect(await ask(stranger, 'subscribe', 'a.b')).toMatchObject({
      4: ErrorUri.NOT_AUTHORIZED,
      5: [expect.stringContaining('option "authorization"')],
    });
    expect(await may(await joinOver(router, {}), 'publish', 'a.b')).toBe(false);
  });

  test('with authenticators nobody may do anything but the application’s own sessions', async () => {
    const router = routerFor({ authenticators: [anybody] });
    for (const action of ['publish', 'subscribe', 'call', 'register'] as const) {
      expect(await may(await joinAs(router, 'page'), action, 'a.b')).toBe(false);
    }
    await attempt(await router.session('realm1', { authid: 'app', authrole: 'backend' }));
    expect(router.stats()).toMatchObject({ published: 1 });
  });

  test('sessions in this process are bound by rules where there are some', async () => {
    const router = routerWith({ uri: 'shop.tick', allow: ['publish'] });
    const session = await router.session('realm1', { authid: 'app', authrole: 'page' });
    await expect(attempt(session)).rejects.toMatchObject({ uri: ErrorUri.NOT_AUTHORIZED });
    await session.publish('shop.tick', [1], { acknowledge: true });
    await attempt(await router.session('realm1', { authid: 'app', authrole: 'backend' }));
  });
});
