import { MAX_BATCH, OCTAL, partLength, putPart, SEPARATOR, separatorOf } from '@wigwag/core/transport';
import type { Encoded, Framing } from '@wigwag/core/wire';
import { framed } from '@wigwag/core/wire';
import { frameLength, lengthOf, webSocketFrame, webSocketFrames, webSocketHeader, writeHeader } from './frame.js';

/** How the messages of a connection are put on a WebSocket; there is at least one. */
export interface Layout {
  /** For one that goes out alone. */
  readonly alone: Framing;
  /** Several, copied into one piece of bytes. */
  together(messages: readonly Encoded[]): Uint8Array;
  /** Several, as pieces that are made once for all connections. */
  apart(messages: readonly Encoded[]): Uint8Array[];
}

/** A frame for each. */
export const single: Layout = {
  alone: webSocketFrame,
  together: webSocketFrames,
  apart: (messages) => messages.map((message) => framed(message, webSocketFrame)),
};

/** Batches of JSON, as the specification separates its messages, and of binary serializers. */
export const textBatches = /* @__PURE__ */ batches(SEPARATOR);
export const binaryBatches = /* @__PURE__ */ batches(undefined);
const octalBatches = /* @__PURE__ */ batches(OCTAL);

/** For a client that sent this batch of text: as it speaks it is answered. */
export function batchesLike(batch: Uint8Array): Layout {
  return separatorOf(batch) === OCTAL ? octalBatches : textBatches;
}

/** Messages that share a frame. */
interface Batch {
  readonly messages: readonly Encoded[];
  /** Bytes of all their parts. */
  readonly length: number;
}

/** Frames of several messages each. @param separator `undefined` for those of a binary serializer */
function batches(separator: number | undefined): Layout {
  const binary = separator === undefined;
  const put = (batch: Uint8Array, at: number, { data }: Encoded) =>
    putPart(batch, at, typeof data === 'string' ? Buffer.from(data) : data, separator);
  const part: Framing = (message) => {
    const bytes = Buffer.allocUnsafe(partLength(lengthOf(message.data), separator));
    put(bytes, 0, message);
    return bytes;
  };
  const together = (messages: readonly Encoded[]) => {
    const all = divided(messages, separator);
    const frames = Buffer.allocUnsafe(all.reduce((sum, { length }) => sum + frameLength(length), 0));
    let at = 0;
    for (const batch of all) {
      at = writeHeader(frames, at, binary, batch.length);
      for (const message of batch.messages) at = put(frames, at, message);
    }
    return frames;
  };
  return {
    alone: (message) => together([message]),
    together,
    apart: (messages) =>
      divided(messages, separator).flatMap((batch) => [
        webSocketHeader(binary, batch.length),
        ...batch.messages.map((message) => framed(message, part)),
      ]),
  };
}

/** As batches of so many messages that each stays within `MAX_BATCH`, or of one that is longer. */
function divided(messages: readonly Encoded[], separator: number | undefined): Batch[] {
  const all: Batch[] = [];
  let from = 0;
  let length = 0;
  messages.forEach(({ data }, at) => {
    const more = partLength(lengthOf(data), separator);
    if (length + more > MAX_BATCH && at > from) {
      all.push({ messages: messages.slice(from, at), length });
      from = at;
      length = 0;
    }
    length += more;
  });
  all.push({ messages: from === 0 ? messages : messages.slice(from), length });
  return all;
}
