import { toFields } from './encode.js';
import type { Message } from './messages.js';
import type { Frame, Serializer } from './serializer.js';

/** One message in one serializer. Everything that sends it shares this object, and so its bytes and its framings. */
export class Encoded {
  readonly data: Frame;
  /** Length in bytes on the wire, before framing; an upper estimate for text not yet turned into bytes. */
  readonly size: number;
  readonly binary: boolean;
  readonly #framings = new Map<string, Uint8Array>();

  constructor(data: Frame, binary: boolean) {
    this.data = data;
    this.binary = binary;
    this.size = typeof data === 'string' ? utf8Length(data) : data.byteLength;
  }

  /** The bytes with a transport's framing around them, made on first use and shared from then on. */
  framed(framing: string, make: (message: Encoded) => Uint8Array): Uint8Array {
    let bytes = this.#framings.get(framing);
    if (bytes === undefined) {
      bytes = make(this);
      this.#framings.set(framing, bytes);
    }
    return bytes;
  }
}

/** @throws EncodeError when a value in the message has no faithful form in this serializer. */
export function encode(message: Message, serializer: Serializer): Encoded {
  const payload = 'payload' in message ? message.payload?.slice(serializer) : undefined;
  return new Encoded(serializer.join(toFields(message), payload), serializer.binary);
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) length += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return length;
}
