import * as Code from '../wire/codes.js';
import { ProtocolError } from '../wire/errors.js';
import { Payload } from '../wire/payload.js';
import type { Serializer } from '../wire/serializer.js';

const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder('utf-8', { fatal: true }) };

/** One value as bytes in a serializer's format, on its own instead of in a message. */
export interface ValueCodec {
  /** @throws EncodeError when the value has no faithful form in this format */
  encode(value: unknown): Uint8Array;
  /** @throws ProtocolError when the bytes are not one well-formed value */
  decode(bytes: Uint8Array): unknown;
}

/** The octets around a value that make it the one element of a list. */
const list: Readonly<Record<Serializer['id'], readonly [head: number, tail: number | undefined]>> = {
  json: [0x5b, 0x5d],
  cbor: [0x81, undefined],
  msgpack: [0x91, undefined],
};

/** A serializer reads and writes lists of arguments; this puts the list around a value, and takes it off again. */
export function valueCodec(serializer: Serializer): ValueCodec {
  const [head, tail] = list[serializer.id];
  const extra = tail === undefined ? 1 : 2;
  return {
    encode(value) {
      const { data } = serializer.encodePayload({ args: [value], kwargs: undefined });
      const bytes = typeof data === 'string' ? utf8.encoder.encode(data) : data;
      return bytes.slice(1, bytes.byteLength - (extra - 1));
    },
    decode(bytes) {
      const listed = new Uint8Array(bytes.byteLength + extra);
      listed[0] = head;
      listed.set(bytes, 1);
      if (tail !== undefined) listed[listed.byteLength - 1] = tail;
      // As a message, so that what is malformed, or nests too deep, is found out before it is read.
      const data = serializer.binary ? listed : decodeText(listed);
      const frame = serializer.join([Code.EVENT, 1, 1, {}], { data, count: 1 });
      const { payload } = serializer.split(frame);
      const { args } = (payload ?? Payload.from({ args: [], kwargs: undefined })).values;
      if (args.length !== 1) throw new ProtocolError(`these bytes are not one value in ${serializer.id}`);
      return args[0];
    },
  };
}

function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decoder.decode(bytes);
  } catch (cause) {
    throw new ProtocolError('these bytes are no UTF-8', undefined, undefined, { cause });
  }
}
