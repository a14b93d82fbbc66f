import { BATCHED, OWN } from '@wigwag/core/transport';
import type { Serializer } from '@wigwag/core/wire';

/** What client and listener agree on. */
export interface Subprotocol {
  readonly name: string;
  readonly serializer: Serializer;
  /** Whether several messages travel in one WebSocket message (spec: "Message Batching"). */
  readonly batched: boolean;
}

/**
 * The first subprotocol in the client's list, its order of preference, that is supported. Our own name for its batches
 * stands behind all others, so that no other router has to know it, and is preferred to the serializer's.
 */
export function negotiate(header: string | undefined, serializers: readonly Serializer[]): Subprotocol | undefined {
  const names = (header ?? '').split(',').map((entry) => entry.trim());
  for (const name of names) {
    for (const serializer of serializers) {
      const { subprotocol } = serializer;
      const own = OWN + subprotocol;
      if (name === own || (name === subprotocol && names.includes(own)))
        return { name: own, serializer, batched: true };
      if (name === subprotocol) return { name, serializer, batched: false };
      if (name === subprotocol + BATCHED) return { name, serializer, batched: true };
    }
  }
  return undefined;
}

/** What a client is told that offers none. */
export function unsupported(header: string | undefined, serializers: readonly Serializer[]): string {
  const supported = serializers.map(({ subprotocol }) => subprotocol).join(', ');
  const offered = header === undefined ? 'this request names none' : `this request names ${header}`;
  return `Sec-WebSocket-Protocol must name one of ${supported}; ${offered}.\n`;
}
