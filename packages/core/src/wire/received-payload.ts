import { EncodeError, ProtocolError } from './errors.js';
import type { Forms, Values } from './payload.js';
import { formIn, Payload } from './payload.js';
import type { Serializer, Slice } from './serializer.js';

/** A payload as it came off the wire: a slice of the received bytes, for serializers that do not decode on arrival. */
export class ReceivedPayload implements Payload {
  readonly source: Serializer;
  readonly received: Slice;
  forms: Forms | undefined;
  #values: Values | undefined;

  /** @param source what it was received through */
  constructor(source: Serializer, received: Slice) {
    this.source = source;
    this.received = received;
  }

  get opaque(): boolean {
    return this.received.opaque === true;
  }

  get values(): Values {
    this.#values ??= this.source.decodePayload(this.received);
    return this.#values;
  }

  /** What was received is passed on as it is, and transcoded only for another serializer. */
  slice(serializer: Serializer): Slice {
    if (serializer.id === this.source.id) return this.received;
    try {
      return formIn(serializer, this);
    } catch (cause) {
      // To whoever sends, it makes no difference which of the two serializers a value is beyond.
      throw cause instanceof ProtocolError ? new EncodeError(cause.message, { cause }) : cause;
    }
  }
}

/**
 * The same payload for who keeps it: with bytes of its own, because what was received is a view of a larger read
 * buffer, and without the forms that were derived of it. Cheap where it is so already.
 */
export function ownedPayload(payload: Payload): Payload {
  if (!(payload instanceof ReceivedPayload)) return Payload.from(payload.values);
  const { source, received } = payload;
  const { data } = received;
  // A typed array made from another is a copy; `Buffer.slice` would be one more view.
  const own = typeof data === 'string' || data.byteLength === data.buffer.byteLength ? data : new Uint8Array(data);
  return new ReceivedPayload(source, own === data ? received : { ...received, data: own });
}
