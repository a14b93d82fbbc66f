import type { Serializer } from '@wigwag/core/wire';

/** The serializer of the first subprotocol in the client's list, its order of preference, that is supported. */
export function negotiate(header: string | undefined, serializers: readonly Serializer[]): Serializer | undefined {
  for (const name of (header ?? '').split(',')) {
    const found = serializers.find(({ subprotocol }) => subprotocol === name.trim());
    if (found) return found;
  }
  return undefined;
}

/** What a client is told that offers none. */
export function unsupported(header: string | undefined, serializers: readonly Serializer[]): string {
  const supported = serializers.map(({ subprotocol }) => subprotocol).join(', ');
  const offered = header === undefined ? 'this request names none' : `this request names ${header}`;
  return `Sec-WebSocket-Protocol must name one of ${supported}; ${offered}.\n`;
}
