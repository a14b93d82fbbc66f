import fc from 'fast-check';
import { expect, test } from 'vitest';
import { json } from '../../src/serializer/json.js';
import { jsonSlices } from '../../src/serializer/json-slices.js';
import { msgpack } from '../../src/serializer/msgpack.js';
import { batchPart, batchPartBytes, isOctal, octalPartBytes, readBatch } from '../../src/transport/batch.js';
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
        const batch = Buffer.concat(messages.map(batchPartBytes));
        const out = readBatch(batch, serializer.binary).map((frame) => Buffer.from(frame).toString('hex'));
        expect(out).toEqual(messages.map(({ data }) => Buffer.from(data).toString('hex')));
      }),
    );
  },
);

test('a text batch is messages with a record separator behind each, a binary one has lengths before them', () => {
  expect(batchPart(encode({ code: Code.EVENT_RECEIVED, publication: 7 }, json()))).toBe('[337,7]\u001e');
  expect([...batchPartBytes(encode({ code: Code.EVENT_RECEIVED, publication: 7 }, msgpack()))]).toEqual([
    0, 0, 0, 5, 0x92, 0xcd, 0x01, 0x51, 0x07,
  ]);
  expect(readBatch('[1]\u001e[2]\u001e', false)).toEqual(['[1]', '[2]']);
});

// As Autobahn|Python and Crossbar.io have it.
test('a text batch may have octet 0x18 for its separator, and is answered in kind', () => {
  const octal = Buffer.from('[1]\u0018[2]\u0018');
  expect(readBatch(octal.toString(), false)).toEqual(['[1]', '[2]']);
  expect(readBatch(octal, false).map((each) => Buffer.from(each).toString())).toEqual(['[1]', '[2]']);
  const message = encode({ code: Code.EVENT_RECEIVED, publication: 7 }, jsonSlices());
  expect([isOctal(octal), isOctal(Buffer.from('[1]\u001e'))]).toEqual([true, false]);
  expect(Buffer.from(octalPartBytes(message)).toString()).toBe('[337,7]\u0018');
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
