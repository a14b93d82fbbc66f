import fc from 'fast-check';
import { expect, test } from 'vitest';
import { json } from '../../src/serializer/json.js';
import { jsonSlices } from '../../src/serializer/json-slices.js';
import { msgpack } from '../../src/serializer/msgpack.js';
import { batchPart, OCTAL, partLength, putPart, readBatch, SEPARATOR, separatorOf } from '../../src/transport/batch.js';
import type { Serializer } from '../../src/wire/index.js';
import { Code, encode, Payload, ProtocolError } from '../../src/wire/index.js';

const publish = (value: string, serializer: Serializer) =>
  encode({ code: Code.PUBLISH, request: 1, options: {}, topic: 'a.b', payload: Payload.of([value]) }, serializer);

test.each([json(), jsonSlices(), msgpack()])(
  'what goes into a batch of $subprotocol comes out of it, in order',
  (serializer) => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (values) => {
        const messages = values.map((value) => publish(value, serializer));
        const batch = Buffer.concat(messages.map((message) => Buffer.from(batchPart(message))));
        const out = Array.from(readBatch(batch, serializer.binary), (frame) => Buffer.from(frame).toString('hex'));
        expect(out).toEqual(messages.map(({ data }) => Buffer.from(data).toString('hex')));
      }),
    );
  },
);

test('a text batch is messages with a record separator behind each, a binary one has lengths before them', () => {
  expect(batchPart(encode({ code: Code.EVENT_RECEIVED, publication: 7 }, json()))).toBe('[337,7]\u001e');
  expect([...Buffer.from(batchPart(encode({ code: Code.EVENT_RECEIVED, publication: 7 }, msgpack())))]).toEqual([
    0, 0, 0, 5, 0x92, 0xcd, 0x01, 0x51, 0x07,
  ]);
  expect([...readBatch('[1]\u001e[2]\u001e', false)]).toEqual(['[1]', '[2]']);
});

// As Autobahn|Python and Crossbar.io have it.
test('a text batch may have octet 0x18 for its separator, and is answered in kind', () => {
  const octal = Buffer.from('[1]\u0018[2]\u0018');
  expect([...readBatch(octal.toString(), false)]).toEqual(['[1]', '[2]']);
  expect(Array.from(readBatch(octal, false), (each) => Buffer.from(each).toString())).toEqual(['[1]', '[2]']);
  expect([separatorOf(octal), separatorOf(octal.toString()), separatorOf('[1]\u001e')]).toEqual([
    OCTAL,
    OCTAL,
    SEPARATOR,
  ]);
  const part = Buffer.alloc(partLength(3, OCTAL));
  expect(putPart(part, 0, Buffer.from('[7]'), OCTAL)).toBe(4);
  expect(part.toString()).toBe('[7]\u0018');
});

test.each([
  ['an empty one', '', false],
  ['a text with one separator inside and another behind', '[1]\u001e[2]\u0018[', false],
  ['a text without its last separator', '[1]\u001e[2]', false],
  ['bytes of text without it', Buffer.from('[1]'), false],
  ['an empty binary one', new Uint8Array(0), true],
  ['one that ends in a length', Uint8Array.of(0, 0, 0), true],
  ['one that ends in a message', Uint8Array.of(0, 0, 0, 9, 1), true],
  ['text for a binary serializer', '[1]\u001e', true],
])('%s is a protocol violation', (_, batch, binary) => {
  expect(() => readBatch(batch, binary)).toThrow(ProtocolError);
});

test.each([
  ['text', Buffer.from('[1]\u001e'.repeat(1_000)), false],
  ['a binary one', Buffer.from([0, 0, 0, 1, 7].concat(Array.from({ length: 4_000 }, () => 0))), true],
])('%s is taken apart no faster than its messages are taken', (_, batch, binary) => {
  let taken = 0;
  const { subarray } = batch;
  batch.subarray = (...range) => {
    taken++;
    return subarray.apply(batch, range);
  };
  const messages = readBatch(batch, binary);
  expect(messages.next().done).toBe(false);
  expect(taken).toBe(1);
});
