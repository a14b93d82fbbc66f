import { EncodeError, ProtocolError } from './errors.js';
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
  /** What it was received through; undefined for one that was made from values. */
  readonly source: Serializer | undefined;
  /** The wire form that was there first, which most payloads never need another beside. */
  #first: Slice | undefined;
  #firstId: Serializer['id'] | undefined;
  #others: Map<Serializer['id'], Slice> | undefined;

  private constructor(values: Values | undefined, source: Serializer | undefined, slice: Slice | undefined) {
    this.#values = values;
    this.source = source;
    this.#first = slice;
    this.#firstId = source?.id;
  }

  /** From values; `undefined` when there is nothing to send, so that absent arguments are left off the wire. */
  static of(args?: readonly unknown[], kwargs?: Readonly<Record<string, unknown>>): Payload | undefined {
    if (kwargs === undefined && (args === undefined || args.length === 0)) return undefined;
    return Payload.from({ args: args ?? [], kwargs });
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

  /** Whether it is bytes or text that only the application can read, instead of arguments; nothing is decoded. */
  get opaque(): boolean {
    return this.#values ? this.#values.opaque !== undefined : this.#first?.opaque === true;
  }

  /** Decoded on first use. @throws ProtocolError when the bytes were well formed but cannot be decoded. */
  get values(): Values {
    if (this.#values === undefined) {
      if (!this.source || !this.#first) throw new Error('a payload has values or a slice');
      this.#values = this.source.decodePayload(this.#first);
    }
    return this.#values;
  }

  /**
   * Its wire form in `serializer`, transcoded on first use.
   * @throws EncodeError when it has no faithful form there, which includes that it cannot be decoded here
   */
  slice(serializer: Serializer): Slice {
    const { id } = serializer;
    if (this.#first && this.#firstId === id) return this.#first;
    const known = this.#others?.get(id);
    if (known) return known;
    const slice = serializer.encodePayload(this.#valuesToEncode());
    if (this.#first) {
      this.#others ??= new Map();
      this.#others.set(id, slice);
    } else {
      this.#first = slice;
      this.#firstId = id;
    }
    return slice;
  }

  /** To whoever sends, it makes no difference which of the two serializers a value is beyond. */
  #valuesToEncode(): Values {
    try {
      return this.values;
    } catch (cause) {
      throw cause instanceof ProtocolError ? new EncodeError(cause.message, { cause }) : cause;
    }
  }
}

/**
 * The same payload for who keeps it: with bytes of its own, because what was received is a view of a larger read
 * buffer, and without the forms that were derived of it. Cheap where it is so already.
 */
export function ownedPayload(payload: Payload): Payload {
  const { source } = payload;
  if (!source) return Payload.from(payload.values);
  const slice = payload.slice(source);
  const { data } = slice;
  // A typed array made from another is a copy; `Buffer.slice` would be one more view.
  const own = typeof data === 'string' || data.byteLength === data.buffer.byteLength ? data : new Uint8Array(data);
  return Payload.received(source, own === data ? slice : { ...slice, data: own });
}
