import type { Serializer, Slice } from './serializer.js';

/** The application's data in a message: positional and keyword arguments. */
export interface Values {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>> | undefined;
  /**
   * A payload that only the application can read (encrypted, or of a foreign protocol), as it came; `args` is then
   * empty and `kwargs` undefined (spec: "Payload Passthru Mode").
   */
  readonly opaque?: Uint8Array | string;
}

/** A wire form of a payload, and the others that were made of it. */
export interface Forms {
  readonly id: Serializer['id'];
  readonly slice: Slice;
  readonly others: Forms | undefined;
}

/**
 * `Arguments|list` and `ArgumentsKw|dict` of a message, as one opaque value. It holds what it was made from (values here,
 * a slice of the received bytes in a `ReceivedPayload`) and derives the other forms when somebody asks, each at most
 * once: a payload that is only passed on is never decoded, and one that goes out through several serializers is encoded
 * once for each.
 */
export class Payload {
  /** Decoded on first use. @throws ProtocolError when the bytes were well formed but cannot be decoded. */
  readonly values: Values;
  /** What `formIn` has made of it. */
  forms: Forms | undefined;

  private constructor(values: Values) {
    this.values = values;
  }

  /** From values; `undefined` when there is nothing to send, so that absent arguments are left off the wire. */
  static of(args?: readonly unknown[], kwargs?: Readonly<Record<string, unknown>>): Payload | undefined {
    if (kwargs === undefined && (args === undefined || args.length === 0)) return undefined;
    return Payload.from({ args: args ?? [], kwargs });
  }

  /** From values as they are: unlike `of` it keeps an empty list of arguments, which a message may carry. */
  static from(values: Values): Payload {
    return new Payload(values);
  }

  /** From an opaque payload; the message must name its `ppt_scheme` or `enc_algo`. */
  static ofOpaque(opaque: Uint8Array | string): Payload {
    return Payload.from({ args: [], kwargs: undefined, opaque });
  }

  /** Whether it is bytes or text that only the application can read, instead of arguments; nothing is decoded. */
  get opaque(): boolean {
    return this.values.opaque !== undefined;
  }

  /** Its wire form in `serializer`, made on first use. @throws EncodeError when it has no faithful form there */
  slice(serializer: Serializer): Slice {
    return formIn(serializer, this);
  }
}

/** A payload's wire form in `serializer`, made of its values on first use. @throws EncodeError, and what reading the values throws */
export function formIn(serializer: Serializer, payload: Payload): Slice {
  const { id } = serializer;
  for (let known = payload.forms; known; known = known.others) if (known.id === id) return known.slice;
  const slice = serializer.encodePayload(payload.values);
  payload.forms = { id, slice, others: payload.forms };
  return slice;
}
