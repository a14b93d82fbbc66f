import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { cbor } from '../../src/serializer/cbor.js';
import { json } from '../../src/serializer/json.js';
import { msgpack } from '../../src/serializer/msgpack.js';
import {
  FrameReader,
  FrameType,
  MAX_LENGTH,
  RawSocketRefusal,
  RawSocketTransport,
  readHandshake,
  serializerFor,
  writeFrame,
  writeHandshake,
  writeRefusal,
} from '../../src/transport/rawsocket.js';
import { Code, encode, Payload } from '../../src/wire/index.js';
import { Recorder, transportContract } from './contract.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Two ends of one TCP connection. */
async function connected(): Promise<readonly [Socket, Socket]> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('not listening');
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  return [connect(address.port, '127.0.0.1'), await accepted];
}

const options = { serializer: json(), peer: 'test', maxReceive: 2 ** 20, maxSend: 2 ** 20 };
async function transports(overrides: { readonly closeTimeout?: number } = {}) {
  const [near, far] = await connected();
  return [
    new RawSocketTransport(near, { ...options, ...overrides }),
    new RawSocketTransport(far, { ...options, ...overrides }),
  ] as const;
}

transportContract('rawsocket', transports);

test('the handshake says serializer and maximum length, as the specification lays them out', () => {
  expect([...writeHandshake(json(), MAX_LENGTH)]).toEqual([0x7f, 0xf1, 0, 0]);
  expect([...writeHandshake(msgpack(), 512)]).toEqual([0x7f, 0x02, 0, 0]);
  expect([...writeHandshake(cbor(), 1_500)]).toEqual([0x7f, 0x13, 0, 0]);
  expect(readHandshake(Uint8Array.of(0x7f, 0xf1, 0, 0))).toEqual({ serializer: 1, maxLength: 2 ** 24 });
  expect(serializerFor(3, [json(), cbor()])?.id).toBe('cbor');
  expect(serializerFor(2, [json(), cbor()])).toBeUndefined();
});

test('a refusal says why, and what is no RawSocket is told apart', () => {
  expect(readHandshake(writeRefusal(RawSocketRefusal.SERIALIZER_UNSUPPORTED))).toEqual({
    refused: 'it does not speak this serializer',
  });
  expect(readHandshake(writeRefusal(RawSocketRefusal.TOO_MANY_CONNECTIONS))).toEqual({
    refused: 'it has too many connections',
  });
  expect(readHandshake(new TextEncoder().encode('HTTP'))).toEqual({ broken: 'it does not speak RawSocket' });
  expect(readHandshake(Uint8Array.of(0x7f, 0xf1, 0, 1))).toHaveProperty('broken');
});

test('however a stream of frames is cut into pieces, the frames come out as they went in', () => {
  const payload = fc.uint8Array({ maxLength: 300 });
  const type = fc.constantFrom(FrameType.MESSAGE, FrameType.PING, FrameType.PONG);
  fc.assert(
    fc.property(fc.array(fc.tuple(type, payload)), fc.array(fc.nat(40)), (frames, cuts) => {
      const stream = Buffer.concat(frames.map(([kind, bytes]) => writeFrame(kind, bytes)));
      const out: [FrameType, number[]][] = [];
      const reader = new FrameReader(300, (kind, bytes) => out.push([kind, [...bytes]]));
      let at = 0;
      for (const cut of cuts) {
        reader.push(stream.subarray(at, at + cut));
        at += cut;
      }
      reader.push(stream.subarray(at));
      expect(out).toEqual(frames.map(([kind, bytes]) => [kind, [...bytes]]));
    }),
  );
});

test('a message that drips in byte by byte takes little more memory than it has bytes', () => {
  const size = 2 ** 21;
  const frame = writeFrame(FrameType.MESSAGE, new Uint8Array(size).fill(7));
  const out: Uint8Array[] = [];
  const reader = new FrameReader(MAX_LENGTH, (_, bytes) => out.push(bytes));
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < size; at++) reader.push(frame.subarray(at, at + 1));
  // Each piece kept for itself would be 200 MiB; what is here beside the bytes is garbage of the last moments.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 2 ** 20);
  reader.push(frame.subarray(size));
  expect(out.map((bytes) => Buffer.compare(bytes, frame.subarray(4)))).toEqual([0]);
});

test('a message of exactly 2^24 bytes has a bit of its own', () => {
  const frame = writeFrame(FrameType.MESSAGE, new Uint8Array(MAX_LENGTH));
  expect([...frame.subarray(0, 4)]).toEqual([0x08, 0, 0, 0]);
  const lengths: number[] = [];
  new FrameReader(MAX_LENGTH, (_, bytes) => lengths.push(bytes.byteLength)).push(frame);
  expect(lengths).toEqual([MAX_LENGTH]);
});

test.each([
  ['a length over the limit', Uint8Array.of(0, 0, 4, 1), 'over the limit'],
  ['reserved bits', Uint8Array.of(0x10, 0, 0, 0), 'reserved bits'],
  ['an unknown type', Uint8Array.of(0x03, 0, 0, 0), 'type 3'],
])('%s ends the connection, before any payload is read', async (_, header, text) => {
  const [near, far] = await connected();
  const recorder = new Recorder(new RawSocketTransport(near, { ...options, maxReceive: 1_024 }));
  far.on('error', () => {});
  far.write(header);
  await recorder.until(() => recorder.closes.length === 1);
  expect(recorder.closes[0]).toMatchObject({ code: 1002, reason: expect.stringContaining(text) });
});

test('a PING is answered with its own payload', async () => {
  const [near, far] = await connected();
  new Recorder(new RawSocketTransport(near, options));
  const answered = new Promise<number[]>((resolve) => {
    const reader = new FrameReader(100, (type, bytes) => type === FrameType.PONG && resolve([...bytes]));
    far.on('data', (bytes) => reader.push(bytes));
  });
  far.write(writeFrame(FrameType.PING, Uint8Array.of(1, 2, 3)));
  expect(await answered).toEqual([1, 2, 3]);
  near.destroy();
});

test('what was sent but not taken is counted', async () => {
  const [near, far] = await transports();
  far.pause();
  const payload = Payload.of(['x'.repeat(100_000)]);
  const message = encode({ code: Code.PUBLISH, request: 1, options: {}, topic: 'a.b', payload }, json());
  for (let i = 0; i < 200; i++) near.send(message);
  expect(near.buffered).toBeGreaterThan(200 * 100_000);
  const there = new Recorder(far);
  far.resume();
  await there.until(() => there.frames.length === 200);
  near.terminate();
});

test('a peer that does not end its side is dropped after a bounded time', async () => {
  const server = createServer({ allowHalfOpen: true });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('not listening');
  server.on('connection', (socket) => socket.on('error', () => {}).resume());
  const transport = new RawSocketTransport(connect(address.port, '127.0.0.1'), { ...options, closeTimeout: 1 });
  const recorder = new Recorder(transport);
  transport.close();
  await recorder.until(() => recorder.closes.length === 1);
  expect(recorder.closes[0]).toMatchObject({ code: 1006 });
});

test('who floods with PINGs and reads nothing fills no memory, and is answered its latest once it reads', async () => {
  const [near, far] = await connected();
  const transport = new RawSocketTransport(near, options);
  far.pause();
  const ping = (payload: Uint8Array) =>
    new Promise<void>((resolve) => far.write(writeFrame(FrameType.PING, payload), () => resolve()));
  const payload = new Uint8Array(16 * 1024).fill(1);
  // Far more than the buffers of both network stacks hold.
  for (let n = 0; n < 2_000; n++) await ping(payload);
  await ping(Uint8Array.of(7, 7, 7));
  expect(transport.buffered).toBeLessThan(256 * 1024);

  const latest = new Promise<void>((resolve) => {
    const reader = new FrameReader(2 ** 20, (type, bytes) => {
      if (type === FrameType.PONG && bytes.byteLength === 3) resolve();
    });
    far.on('data', (bytes) => reader.push(bytes));
  });
  far.resume();
  await latest;
  transport.terminate();
  far.destroy();
});

test('a PING of the longest is answered in full', async () => {
  const [near, far] = await connected();
  const transport = new RawSocketTransport(near, options);
  const answered = new Promise<number>((resolve) => {
    const reader = new FrameReader(2 ** 20, (_, bytes) => resolve(bytes.byteLength));
    far.on('data', (bytes) => reader.push(bytes));
  });
  far.write(writeFrame(FrameType.PING, new Uint8Array(2 ** 20)));
  expect(await answered).toBe(2 ** 20);
  transport.terminate();
  far.destroy();
});
