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

/**
 * `Arguments|list` and `ArgumentsKw|dict` of a message, as one opaque value. It holds what it was made from (a slice
 * of the received bytes, or values) and derives the other forms when somebody asks, each at most once: a payload that
 * is only passed on is never decoded, and one that goes out through several serializers is encoded once for each.
 */
export class Payload {
  #values: Values | undefined;
  readonly #slices = new Map<string, Slice>();
  readonly #source: Serializer | undefined;

  private constructor(values: Values | undefined, source: Serializer | undefined, slice: Slice | undefined) {
    this.#values = values;
    this.#source = source;
    if (source && slice) this.#slices.set(source.id, slice);
  }

  /** From values; `undefined` when there is nothing to send, so that absent arguments are left off the wire. */
  static of(args?: readonly unknown[], kwargs?: Readonly<Record<string, unknown>>): Payload | undefined {
    if (kwargs === undefined && (args === undefined || args.length === 0)) return undefined;
    return new Payload({ args: args ?? [], kwargs }, undefined, undefined);
  }

  /** From values as they are: unlike `of` it keeps an empty list of arguments, which a message may carry. */
  static from(values: Values): Payload {
    return new Payload(values, undefined, undefined);
  }

  /** From an opaque payload; the message must name its `ppt_scheme` or `enc_algo`. */
  static ofOpaque(opaque: Uint8Array | string): Payload {
    return Payload.from({ args: [], kwargs: undefined, opaque });
  }

  /** From what came off the wire. */
  static received(source: Serializer, slice: Slice): Payload {
    return new Payload(undefined, source, slice);
  }

  /** Decoded on first use. @throws ProtocolError when the bytes were well formed but cannot be decoded. */
  get values(): Values {
    if (this.#values === undefined) {
      const slice = this.#source && this.#slices.get(this.#source.id);
      if (!this.#source || !slice) throw new Error('a payload has values or a slice');
      this.#values = this.#source.decodePayload(slice);
    }
    return this.#values;
  }

  /** Its wire form in `serializer`, transcoded on first use. @throws EncodeError */
  slice(serializer: Serializer): Slice {
    let slice = this.#slices.get(serializer.id);
    if (slice === undefined) {
      slice = serializer.encodePayload(this.values);
      this.#slices.set(serializer.id, slice);
    }
    return slice;
  }
}
