import { MAX_BATCH, readBatch } from '@wigwag/core/transport';
import type { Frame } from '@wigwag/core/wire';
import { Encoded, framed } from '@wigwag/core/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Layout } from '../../src/listen/layout.js';
import { batchesLike, binaryBatches, single, textBatches } from '../../src/listen/layout.js';

const octalBatches = batchesLike(Buffer.from('[1]\u0018'));

interface Received {
  readonly data: Buffer;
  readonly isBinary: boolean;
}

/** The WebSocket messages in what a server wrote: unmasked, a frame each (RFC 6455, 5.2). */
function received(written: Uint8Array): Received[] {
  const bytes = Buffer.from(written);
  const messages: Received[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes.readUInt8(at + 1);
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    const first = bytes.readUInt8(at);
    expect([0x81, 0x82]).toContain(first);
    messages.push({ data: bytes.subarray(start, start + length), isBinary: first === 0x82 });
    at = start + length;
  }
  return messages;
}

const text = (messages: readonly Frame[]) => messages.map((message) => Buffer.from(message).toString());
const lengths = fc.array(fc.oneof(fc.nat(300), fc.constantFrom(MAX_BATCH - 6, MAX_BATCH - 1, MAX_BATCH, 70_000)), {
  minLength: 1,
  maxLength: 12,
});

test.each([
  ['one by one', single, false],
  ['batches of text', textBatches, false],
  ['batches of text that an older peer reads', octalBatches, false],
  ['binary batches', binaryBatches, true],
] satisfies [string, Layout, boolean][])('%s: what is put together comes out, in order', (_, layout, binary) => {
  fc.assert(
    fc.property(lengths, (each) => {
      const texts = each.map((length, at) => String(at % 10).repeat(length));
      const messages = texts.map((one) => new Encoded(Buffer.from(one), binary));
      const split = (data: Buffer) => (layout === single ? [data] : [...readBatch(data, binary)]);
      const frames = received(layout.together(messages));
      expect(frames.every(({ isBinary }) => isBinary === binary)).toBe(true);
      expect(frames.flatMap(({ data }) => text(split(data)))).toEqual(texts);
      expect(Buffer.concat(layout.apart(messages)).equals(layout.together(messages))).toBe(true);
      const alone = messages.flatMap((message) => received(framed(message, layout.alone)));
      expect(alone.flatMap(({ data }) => text(split(data)))).toEqual(texts);
      // One that is longer than a batch may be has one of its own.
      for (const { data } of frames) expect(data.byteLength <= MAX_BATCH || split(data).length === 1).toBe(true);
    }),
  );
});

test('small messages share a frame', () => {
  const messages = Array.from({ length: 1_000 }, (_, n) => new Encoded(Buffer.from(`[${n}]`), false));
  expect(received(textBatches.together(messages))).toHaveLength(1);
});
