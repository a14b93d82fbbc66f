import type { Encoded } from '../wire/encoded.js';
import type { Frame, Serializer } from '../wire/serializer.js';
import { BATCH_OVERHEAD, BATCHED, batchPart, MAX_BATCH, OWN, readBatch } from './batch.js';

/** How several messages travel in one WebSocket message (spec: "Message Batching"); `batching()` makes one. */
export interface Batching {
  /** The subprotocol that asks for it. @param plain the serializer's own */
  name(plain: string): string;
  /** The subprotocols to offer, in this order. @param plain those of the serializers */
  offer(plain: readonly string[]): readonly string[];
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
  split(batch: Frame): Iterable<Frame>;
}

/**
 * Asks for what the specification has: `wamp.2.json.batched` before `wamp.2.json`. What is sent in one go, up to the next
 * microtask, makes one batch. Routers are not of one mind about what separates messages of JSON (0x1e, as it is written
 * here and in Wigwag's router, or 0x18 as in Crossbar.io): with those use a binary serializer.
 */
export function batching(): Batching {
  const name = (plain: string) => plain + BATCHED;
  return { name, offer: (plain) => [...plain.map(name), ...plain], open };
}

/**
 * The same with Wigwag's router alone: it is asked by a name of its own behind all others, so that every other router
 * takes what it would have taken.
 */
export function wigwagBatching(): Batching {
  const name = (plain: string) => OWN + plain;
  return { name, offer: (plain) => [...plain, ...plain.map(name)], open };
}

const open: Batching['open'] = ({ binary }, send) => {
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
      const more = message.size + BATCH_OVERHEAD;
      if (size + more > MAX_BATCH) flush();
      if (parts.length === 0) queueMicrotask(flush);
      parts.push(batchPart(message));
      size += more;
    },
    flush,
    split: (batch) => readBatch(batch, binary),
  };
};

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
