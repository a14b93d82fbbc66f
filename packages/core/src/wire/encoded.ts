import { clientFields } from './client-fields.js';
import { toFields } from './encode.js';
import type { ClientMessage, Message } from './messages.js';
import type { Frame, Serializer } from './serializer.js';

/** Puts a transport's framing around a message; one and the same function each time. */
export type Framing = (message: Encoded) => Uint8Array;

/** The bytes of a message in one framing, and in others; nearly every message goes out through one. */
export interface Frames {
  readonly framing: Framing;
  readonly bytes: Uint8Array;
  readonly others: Frames | undefined;
}

/** One message in one serializer. Everything that sends it shares this object, and so its bytes and its framings. */
export class Encoded {
  readonly data: Frame;
  /** Length in bytes on the wire, before framing; an upper estimate for text not yet turned into bytes. */
  readonly size: number;
  readonly binary: boolean;
  /** What `framed` has made of it: for routers, and so no method, which a page would load. */
  frames: Frames | undefined;

  constructor(data: Frame, binary: boolean) {
    this.data = data;
    this.binary = binary;
    this.size = typeof data === 'string' ? utf8Length(data) : data.byteLength;
  }
}

/** @throws EncodeError when a value in the message has no faithful form in this serializer. */
export function encode(message: Message, serializer: Serializer): Encoded {
  return encodeAs(toFields, message, serializer);
}

/** As `encode`, for who sends what a client sends. */
export function encodeClient(message: ClientMessage, serializer: Serializer): Encoded {
  return encodeAs(clientFields, message, serializer);
}

function encodeAs<M extends Message>(fields: (message: M) => unknown[], message: M, serializer: Serializer): Encoded {
  const payload = 'payload' in message ? message.payload?.slice(serializer) : undefined;
  return new Encoded(serializer.join(fields(message), payload), serializer.binary);
}

/** Bytes of well-formed text in UTF-8. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) length += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return length;
}
