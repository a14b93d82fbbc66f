import { cbor } from '../../src/serializer/cbor.js';
import { json } from '../../src/serializer/json.js';
import { jsonSlices } from '../../src/serializer/json-slices.js';
import { msgpack } from '../../src/serializer/msgpack.js';
import type { Frame, Serializer } from '../../src/wire/index.js';

/** Every engine there is. */
export const engines = { json, jsonSlices, cbor, msgpack } as const;

export function toBytes(frame: Frame): Uint8Array {
  return typeof frame === 'string' ? new TextEncoder().encode(frame) : frame;
}

/** A frame as a list of nothing but numbers can be written down: for comparing frames of either type. */
export function toHex(frame: Frame): string {
  return Buffer.from(toBytes(frame)).toString('hex');
}

/** The frame of a PUBLISH with this payload, or of a message without one. */
export function publish(engine: Serializer, args: readonly unknown[], kwargs?: Record<string, unknown>): Frame {
  return engine.join([16, 1, {}, 'a.b'], engine.encodePayload({ args, kwargs }));
}
