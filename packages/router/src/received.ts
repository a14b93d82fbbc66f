import type { Payload, Serializer } from '@wigwag/core/wire';

/** Bytes of a payload as it was received in `source`. */
export function sizeOf(payload: Payload | undefined, source: Serializer): number {
  return payload ? payload.slice(source).data.length : 0;
}
