import { batchPartBytes, isOctal, MAX_BATCH, octalPartBytes } from '@wigwag/core/transport';
import type { Encoded, Framing } from '@wigwag/core/wire';
import { framed } from '@wigwag/core/wire';
import { webSocketFrame, webSocketFrames, webSocketHeader } from './frame.js';

/** How the messages of a connection are put on a WebSocket. */
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
export const textBatches = /* @__PURE__ */ batches(false, batchPartBytes);
export const binaryBatches = /* @__PURE__ */ batches(true, batchPartBytes);
const octalBatches = /* @__PURE__ */ batches(false, octalPartBytes);

/** For a client that sent this batch of text: as it speaks it is answered. */
export function batchesLike(batch: Uint8Array): Layout {
  return isOctal(batch) ? octalBatches : textBatches;
}

/** Frames of several messages each: of so many that its length stays within `MAX_BATCH`, or of one that is longer. */
function batches(binary: boolean, part: Framing): Layout {
  const apart = (messages: readonly Encoded[]) => {
    const pieces: Uint8Array[] = [];
    let batch: Uint8Array[] = [];
    let length = 0;
    const close = () => {
      if (batch.length > 0) pieces.push(webSocketHeader(binary, length), ...batch);
      batch = [];
      length = 0;
    };
    for (const message of messages) {
      const bytes = framed(message, part);
      if (length + bytes.byteLength > MAX_BATCH) close();
      batch.push(bytes);
      length += bytes.byteLength;
    }
    close();
    return pieces;
  };
  const together = (messages: readonly Encoded[]) => Buffer.concat(apart(messages));
  return { alone: (message) => together([message]), together, apart };
}
