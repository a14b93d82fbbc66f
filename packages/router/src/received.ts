import type { Serializer } from '@wigwag/core/wire';
import { Payload } from '@wigwag/core/wire';

/** Bytes of a payload as it was received in `source`. */
export function sizeOf(payload: Payload | undefined, source: Serializer): number {
  return payload ? payload.slice(source).data.length : 0;
}

/**
 * The same payload with bytes of its own: what was received is a view of a larger read buffer, which a payload that is
 * kept would keep alive.
 */
export function detached(payload: Payload | undefined, source: Serializer): Payload | undefined {
  if (!payload) return undefined;
  const slice = payload.slice(source);
  // A typed array made from another is a copy; `Buffer.slice` would be one more view.
  const data = typeof slice.data === 'string' ? slice.data : new Uint8Array(slice.data);
  return Payload.received(source, { ...slice, data });
}
