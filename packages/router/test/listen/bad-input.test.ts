import { Code, ErrorUri } from '@wigwag/core/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Listener, RouterEvents } from '../../src/index.js';
import { Router } from '../../src/index.js';
import type { Peer } from '../support/peer.js';
import { until } from '../support/peer.js';
import { dial, dialIn, serializers } from '../support/sockets.js';

const maxMessageSize = 1_000_000;
const router = new Router({ limits: { maxMessageSize } });
const violations: RouterEvents['protocol:violation'][] = [];
router.on('protocol:violation', (...event) => violations.push(event));
let listener: Listener;
beforeAll(async () => {
  listener = await router.listen({ port: 0 });
});
afterAll(() => router.close());

/** Deep nesting, in each format. */
const nested = {
  json: `[16,1,{},"a.b",${'['.repeat(200_000)}${']'.repeat(200_000)}]`,
  cbor: Buffer.concat([
    Buffer.from([0x85, 0x10, 0x01, 0xa0, 0x63, 0x61, 0x2e, 0x62]),
    Buffer.alloc(200_000, 0x81),
    Buffer.from([0x80]),
  ]),
  msgpack: Buffer.concat([
    Buffer.from([0x95, 0x10, 0x01, 0x80, 0xa3, 0x61, 0x2e, 0x62]),
    Buffer.alloc(200_000, 0x91),
    Buffer.from([0x90]),
  ]),
};

/** What is no message at all: not JSON, or cut off in the middle. */
const broken = {
  json: ['this is no JSON', '[16,1,{},"a.b",[', '', '{"code":16}', '16', 'null', '[16,1,{},"a.b"] trailing'],
  cbor: [Buffer.from([0x84, 0x10, 0x01, 0xa0]), Buffer.from([0xff]), Buffer.alloc(0), Buffer.from([0x10])],
  msgpack: [Buffer.from([0x94, 0x10, 0x01, 0x80]), Buffer.from([0xc1]), Buffer.alloc(0), Buffer.from([0x10])],
};

/** Lists that are no message, or none that a joined client may send, and what the answer must say. */
const malformed: readonly (readonly [string, readonly unknown[], RegExp])[] = [
  ['an empty list', [], /type/],
  ['a type that is no number', ['PUBLISH', 1, {}, 'a.b'], /type/],
  ['an unknown type', [999, 1], /999/],
  ['a router’s message', [Code.WELCOME, 1, {}], /WELCOME/],
  ['an id that is a string', [Code.PUBLISH, '1', {}, 'a.b'], /PUBLISH\.Request/],
  ['an id of 0', [Code.SUBSCRIBE, 0, {}, 'a.b'], /SUBSCRIBE\.Request/],
  ['an id that is no integer', [Code.CALL, 1.5, {}, 'a.b'], /CALL\.Request/],
  ['options that are a list', [Code.PUBLISH, 1, [], 'a.b'], /PUBLISH\.Options/],
  ['a topic that is a number', [Code.PUBLISH, 1, {}, 7], /PUBLISH\.Topic/],
  ['a topic that is missing', [Code.PUBLISH, 1, {}], /PUBLISH\.Topic/],
  ['an option of the wrong type', [Code.PUBLISH, 1, { acknowledge: 'yes' }, 'a.b'], /acknowledge/],
  ['a match that does not exist', [Code.SUBSCRIBE, 1, { match: 'regex' }, 'a.b'], /match/],
  ['arguments that are no list', [Code.PUBLISH, 1, {}, 'a.b', 7], /.+/],
  ['a second HELLO', [Code.HELLO, 'realm1', {}], /HELLO/],
  ['AUTHENTICATE out of turn', [Code.AUTHENTICATE, 'x', {}], /AUTHENTICATE/],
  ['YIELD for nothing', [Code.YIELD, 5, {}], /5/],
  ['ERROR for a request of its own', [Code.ERROR, Code.CALL, 1, {}, 'a.error'], /ERROR/],
];

/** The session ends with ABORT and a reason, and is closed; one violation more is counted and reported. */
async function expectAbort(peer: Peer, text: RegExp): Promise<void> {
  const reported = violations.length;
  const abort = await peer.next();
  expect(abort[0]).toBe(Code.ABORT);
  expect(abort[2]).toBe(ErrorUri.PROTOCOL_VIOLATION);
  expect((abort[1] as { message: string }).message).toMatch(text);
  await peer.closed;
  expect(violations.length).toBeGreaterThan(reported);
}

describe.each(serializers.map((serializer) => [serializer.id, serializer] as const))('on %s', (id, serializer) => {
  test.each(malformed)('%s ends that session, and says why', async (_name, message, text) => {
    const peer = await dialIn(listener.url, { serializer });
    await peer.subscribe('a.b');
    await peer.register(`a.${peer.id}`);
    peer.say(...message);
    await expectAbort(peer, text);
  });

  test('what is no message at all ends that session', async () => {
    for (const frame of broken[id]) {
      const peer = await dialIn(listener.url, { serializer });
      peer.raw(frame);
      await expectAbort(peer, /.+/);
    }
  });

  test('200 000 nested arrays end that session', async () => {
    const peer = await dialIn(listener.url, { serializer });
    peer.raw(nested[id]);
    await expectAbort(peer, /.+/);
  });

  test('a frame of the wrong kind ends that session', async () => {
    const peer = await dialIn(listener.url, { serializer });
    peer.raw('[16,1,{},"a.b"]', !serializer.binary);
    await expectAbort(peer, /text|binary/);
  });

  test.each([
    ['PUBLISH', [Code.PUBLISH, 1, {}, 'a.b']],
    ['GOODBYE', [Code.GOODBYE, {}, 'wamp.close.normal']],
    ['garbage', [77]],
  ])('%s before HELLO ends the connection', async (_name, message) => {
    const peer = await dial(listener.url, { serializer });
    peer.say(...message);
    await expectAbort(peer, /.+/);
  });

  test('a frame over the limit closes with 1009', async () => {
    const before = violations.length;
    const peer = await dialIn(listener.url, { serializer });
    peer.say(Code.PUBLISH, 1, {}, 'a.b', ['x'.repeat(maxMessageSize)]);
    expect((await peer.closed).code).toBe(1009);
    await until(() => violations.length === before + 1);
    expect(violations.at(-1)?.[2].uri).toBe(ErrorUri.PAYLOAD_SIZE_EXCEEDED);
  });

  test('a bad URI in a request is answered, and the session goes on', async () => {
    const peer = await dialIn(listener.url, { serializer });
    for (const uri of ['', 'a..b', 'a b', '.a', 'a.', 'a#b', `a.${'x'.repeat(2_000)}`]) {
      for (const code of [Code.SUBSCRIBE, Code.REGISTER, Code.CALL]) {
        const answer = await peer.ask(code, {}, uri);
        expect([answer[0], answer[1], answer[4]]).toEqual([Code.ERROR, code, ErrorUri.INVALID_URI]);
      }
    }
    await peer.subscribe('a.b');
    peer.transport.close();
    await peer.closed;
  });

  test('neighbours notice nothing, and nothing leaks', async () => {
    const [publisher, subscriber] = [await dialIn(listener.url, { serializer }), await dialIn(listener.url)];
    await subscriber.subscribe('news');
    for (const frame of broken[id]) {
      const bad = await dialIn(listener.url, { serializer });
      await bad.subscribe('news');
      await bad.register('bad.proc');
      bad.raw(frame);
      const [, , publication] = await publisher.ask(Code.PUBLISH, { acknowledge: true }, 'news', [1]);
      expect((await subscriber.next(Code.EVENT))[2]).toBe(publication);
      await bad.closed;
    }
    for (const peer of [publisher, subscriber]) {
      peer.say(Code.GOODBYE, {}, 'wamp.close.normal');
      await peer.closed;
    }
    await until(() => router.stats().connections === 0);
    expect(router.stats()).toMatchObject({ sessions: 0, subscriptions: 0, registrations: 0, calls: 0, queuedBytes: 0 });
  });
});

test('half a character in a URI, which JSON can spell, is no URI', async () => {
  const peer = await dialIn(listener.url);
  peer.raw(String.raw`[32,1,{},"a.\ud800"]`);
  expect((await peer.next(Code.ERROR))[4]).toBe(ErrorUri.INVALID_URI);
  peer.transport.close();
  await peer.closed;
});

test('strict URIs, where they are asked for', async () => {
  const strict = new Router({ uris: 'strict' });
  const { url } = await strict.listen({ port: 0 });
  const peer = await dialIn(url);
  expect((await peer.ask(Code.SUBSCRIBE, {}, 'com.App'))[4]).toBe(ErrorUri.INVALID_URI);
  await peer.subscribe('com.app_1');
  await strict.close();
});
