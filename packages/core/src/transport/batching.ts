import type { Encoded } from '../wire/encoded.js';
import type { Frame, Serializer } from '../wire/serializer.js';
import { BATCHED, batchPart, readBatch } from './batch.js';

/** How several messages travel in one WebSocket message (spec: "Message Batching"); `batching()` makes one. */
export interface Batching {
  /** What a serializer's subprotocol ends in when its messages travel so. */
  readonly suffix: string;
  /** For one connection. @param send takes a batch that is whole */
  open(serializer: Serializer, send: (batch: Frame) => void): Batch;
}

/** The batches of one connection, both ways. */
export interface Batch {
  /** Bytes that are not sent yet. */
  readonly size: number;
  add(message: Encoded): void;
  /** Sends what was added. */
  flush(): void;
  /** The messages of a received batch. @throws ProtocolError */
  split(batch: Frame): readonly Frame[];
}

/** Bytes above which a batch is sent without waiting for more, so that it stays far below any limit on messages. */
const MAX_BATCH = 64 * 1024;

/** What is sent in one go, up to the next microtask, makes one batch. */
export function batching(): Batching {
  return {
    suffix: BATCHED,
    open({ binary }, send) {
      let parts: Frame[] = [];
      let size = 0;
      const flush = () => {
        const batch = parts;
        parts = [];
        size = 0;
        if (batch.length > 0) send(joined(batch));
      };
      return {
        get size() {
          return size;
        },
        add(message) {
          if (parts.length === 0) queueMicrotask(flush);
          parts.push(batchPart(message));
          size += message.size;
          if (size > MAX_BATCH) flush();
        },
        flush,
        split: (batch) => readBatch(batch, binary),
      };
    },
  };
}

function joined(parts: readonly Frame[]): Frame {
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  const bytes = parts.filter((part) => typeof part !== 'string');
  const batch = new Uint8Array(bytes.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of bytes) {
    batch.set(part, at);
    at += part.byteLength;
  }
  return batch;
}
