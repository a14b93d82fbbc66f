import { describe, expect, test } from 'vitest';
import { json } from '../../src/serializer/json.js';
import { decodeClientMessage, decodeRouterMessage, ProtocolError } from '../../src/wire/index.js';

const engine = json();
const fromClient = (...list: readonly unknown[]) => decodeClientMessage(engine.split(JSON.stringify(list)));
const fromRouter = (...list: readonly unknown[]) => decodeRouterMessage(engine.split(JSON.stringify(list)));

describe('an opaque payload', () => {
  test('needs ppt_scheme or enc_algo', () => {
    expect(fromClient(16, 1, { ppt_scheme: 'x_own' }, 'a.b', 'sealed')).toMatchObject({ payload: { opaque: true } });
    expect(fromRouter(36, 1, 2, { enc_algo: 'cryptobox' }, 'sealed')).toMatchObject({ payload: { opaque: true } });
    expect(() => fromClient(16, 1, {}, 'a.b', 'sealed')).toThrow(ProtocolError);
    expect(() => fromClient(16, 1, { ppt_serializer: 'cbor' }, 'a.b', 'sealed')).toThrow('ppt_scheme');
  });

  test.each([
    ['CALL', () => fromClient(48, 1, {}, 'a.b', 'sealed')],
    ['YIELD', () => fromClient(70, 1, {}, 'sealed')],
    ['ERROR', () => fromClient(8, 68, 1, {}, 'a.b', 'sealed')],
    ['EVENT', () => fromRouter(36, 1, 2, {}, 'sealed')],
    ['RESULT', () => fromRouter(50, 1, {}, 'sealed')],
    ['INVOCATION', () => fromRouter(68, 1, 2, {}, 'sealed')],
  ])('is refused without in %s too', (_, decode) => {
    expect(decode).toThrow(ProtocolError);
  });

  test('may stand in a list as well, as newer peers have it', () => {
    expect(fromClient(16, 1, { ppt_scheme: 'x_own' }, 'a.b', ['sealed'])).toMatchObject({ payload: { opaque: false } });
  });
});

describe('a URI', () => {
  test.each(['', 'a b', 'a..b', 'a.#', '.a'])('%j is neither an error nor a reason', (uri) => {
    expect(() => fromClient(8, 68, 1, {}, uri)).toThrow('ERROR.Error must be a URI');
    expect(() => fromClient(6, {}, uri)).toThrow('GOODBYE.Reason must be a URI');
    expect(() => fromRouter(3, {}, uri)).toThrow(ProtocolError);
  });

  test('of a topic or procedure is left to whoever can answer with invalid_uri', () => {
    expect(fromClient(32, 1, {}, 'a..b')).toMatchObject({ topic: 'a..b' });
    expect(fromClient(48, 1, {}, '')).toMatchObject({ procedure: '' });
  });
});

describe('an element', () => {
  test('too many is tolerated where no payload follows', () => {
    expect(fromRouter(3, { message: 'x' }, 'wamp.error.x', ['x'], { y: 1 })).toMatchObject({ reason: 'wamp.error.x' });
    expect(fromRouter(35, 0, { subscription: 7, reason: 'r' }, 1)).toMatchObject({ details: { subscription: 7 } });
  });

  test('too few is named', () => {
    expect(() => fromClient(16, 1, {})).toThrow('PUBLISH.Topic must be a string, and is missing');
    expect(() => fromClient(48)).toThrow('CALL.Request must be an id, an integer from 1 to 2^53, and is missing');
    expect(() => fromClient()).toThrow('a message starts with its type');
  });

  test.each([0, -1, 1.5, 2 ** 53 + 2, '1', null, true])('%j is no id', (id) => {
    expect(() => fromClient(32, id, {}, 'a.b')).toThrow(ProtocolError);
  });

  test('2^53 is the largest id', () => {
    expect(fromClient(32, 2 ** 53, {}, 'a.b')).toMatchObject({ request: 2 ** 53 });
  });
});

test('each side is held to the messages it may send', () => {
  expect(() => fromClient(36, 1, 2, {})).toThrow('a client does not send EVENT');
  expect(() => fromRouter(16, 1, {}, 'a.b')).toThrow('a router does not send PUBLISH');
  expect(() => fromClient(999)).toThrow('a client does not send message type 999');
});

test('an option that is undefined, as CBOR and MessagePack can say, is an option that is not set', () => {
  const parts = { fields: [16, 1, { acknowledge: undefined }, 'a.b'], payload: undefined };
  expect(decodeClientMessage(parts)).toMatchObject({ options: {} });
});

test('options that are not named here are kept', () => {
  expect(fromClient(16, 1, { _own: [1], acknowledge: true }, 'a.b')).toMatchObject({ options: { _own: [1] } });
});
