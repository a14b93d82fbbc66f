import { json } from '@wigwag/core/serializer/json';
import { expect, test } from 'vitest';
import type { NodeClientOptions, PublishOnceOptions, RawSocketConnectorOptions } from '../src/index.js';
import { connect, createClient, heartbeat, publishOnce, rawSocket, waiting } from '../src/index.js';

const url = 'ws://127.0.0.1:1/ws';
/** What code without types may pass. */
const mistaken = (options: object) => ({ realm: 'realm1', ...options }) as NodeClientOptions;

test.each<[object, string]>([
  [{ retry: 'sometimes' }, 'the option retry must be one of never, lost, always, and is "sometimes"'],
  [{ onErorr: () => {} }, 'there is no option onErorr: there are realm, auth, interceptors, onError,'],
  [{ backoff: { initial: '1s' } }, 'the option backoff.initial must be a number of at least 0, and is "1s"'],
  [{ backoff: { jitter: true } }, 'there is no option backoff.jitter: there are initial, max, factor'],
  [{ backoff: { factor: 0.5 } }, 'the option backoff.factor must be a number of at least 1'],
  [{ backoff: 500 }, 'the option backoff must be an object, and is the number 500'],
  [{ heartbeat: { interval: 1 } }, 'the option heartbeat must be a function, such as heartbeat()'],
  [{ connectTimeout: Number.NaN }, 'the option connectTimeout must be a number of at least 0, and is the number NaN'],
  [{ waiting: true }, 'the option waiting must be a function, such as waiting()'],
  [{ recovery: true }, 'the option recovery must be a function, such as recovery()'],
  [{ offline: true }, 'the option offline must be one of fail, wait, and is the boolean true'],
  [{ auth: 'ticket' }, 'the option auth must be a list of authentication methods, and is "ticket"'],
  [{ auth: [() => {}] }, 'the option auth must be a list of authentication methods'],
  [{ onError: 'log' }, 'the option onError must be a function'],
  [{ serializers: [] }, 'the option serializers must be a list of serializers, such as cbor(), one at least'],
  [{ serializers: 'json' }, 'the option serializers'],
  [{ batch: 1 }, 'the option batch must be false or an object, such as batching(), and is the number 1'],
  [{ socket: 'tls' }, 'the option socket must be an object'],
  [{ constructor: 1 }, 'there is no option constructor'],
])('%j is refused by name', async (options, text) => {
  const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining(text) };
  expect(() => createClient(url, mistaken(options))).toThrow(expect.objectContaining(refused));
  await expect(connect(url, mistaken(options))).rejects.toMatchObject(refused);
  // It never tries again, whatever it is told.
  if ('retry' in options) return;
  await expect(publishOnce(url, { ...mistaken(options), topic: 'a.b' })).rejects.toMatchObject(refused);
});

test('options that are none at all are refused', async () => {
  const none = undefined as unknown as NodeClientOptions;
  await expect(connect(url, none)).rejects.toMatchObject({ message: 'options must be an object, and are missing' });
  await expect(publishOnce(url, { ...mistaken({}), topic: 'a.b', timeout: -1 })).rejects.toMatchObject({
    message: expect.stringContaining('the option timeout must be'),
  });
  await expect(publishOnce(url, none as PublishOnceOptions)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  const options = 5 as unknown as PublishOnceOptions['options'];
  await expect(publishOnce(url, { ...mistaken({}), topic: 'a.b', options })).rejects.toMatchObject({
    message: 'options must be an object, and are the number 5',
  });
  expect(() => rawSocket('rs://127.0.0.1:1', none as RawSocketConnectorOptions)).toThrow('options must be an object');
});

test.each([
  ['serializers must be a list of serializers, such as cbor(), one at least, and is missing', {}],
  ['serializers must be a list of serializers, such as cbor(), one at least', { serializers: [] }],
  ['serializers must be a list of serializers, such as cbor(), one at least', { serializers: ['cbor'] }],
  ['maxReceive must be a number of at least 0', { serializers: [json()], maxReceive: '1MB' }],
])('RawSocket needs options that fit: %s', (text, options) => {
  const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining(text) };
  const make = () => rawSocket('rs://127.0.0.1:1', options as RawSocketConnectorOptions);
  expect(make).toThrow(expect.objectContaining(refused));
});

test.each<unknown>([
  undefined,
  5,
  '',
  'foo',
  '/ws',
  '127.0.0.1:8080',
  'localhost:8080/ws',
  'ftp://127.0.0.1/ws',
  'ws://',
  'ws://host:99999',
  'ws://host/ws#part',
  'rs://',
  'rs://host',
  'rs://host:99999',
  'rs://unix:',
  'rss://unix:/path',
])('the address %j is refused at once, however often the client would try', async (address) => {
  const wrong = address as string;
  const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining('rs://host:port') };
  expect(() => createClient(wrong, mistaken({}))).toThrow(expect.objectContaining(refused));
  await expect(connect(wrong, mistaken({ retry: 'always' }))).rejects.toMatchObject(refused);
  await expect(publishOnce(wrong, { ...mistaken({}), topic: 'a.b' })).rejects.toMatchObject(refused);
});

test.each(['ws://host', 'WSS://host:1/ws?a=b', 'rs://host:1', 'RSS://[::1]:1', 'rs://unix:/path', 'ws+unix:/path:/ws'])(
  'the address %s is taken',
  (address) => {
    expect(createClient(address, mistaken({})).state).toMatchObject({ type: 'idle' });
  },
);

test('so are the options of what is handed to a client', () => {
  expect(() => heartbeat({ interval: -1 })).toThrow('the option interval must be a number of at least 0');
  expect(() => waiting({ limit: 1.5 })).toThrow('the option limit must be an integer of at least 0');
});
