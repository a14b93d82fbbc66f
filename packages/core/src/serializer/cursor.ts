import { ProtocolError } from '../wire/errors.js';

/** What the head of a binary item announces. */
export const Kind = {
  /** A number, bigint, boolean, null or undefined, complete in `value`. */
  SCALAR: 0,
  /** `size` bytes of UTF-8, or chunks until a break. */
  TEXT: 1,
  /** `size` bytes, or chunks until a break. */
  BYTES: 2,
  /** `size` items, or items until a break. */
  LIST: 3,
  /** `size` pairs, or pairs until a break. */
  DICT: 4,
  /** One item follows, to be understood as `tag` says. */
  TAG: 5,
  /** `size` bytes, to be understood as `tag` says. */
  EXTENSION: 6,
  /** The end of an item of indefinite size. */
  BREAK: 7,
  /** A single value that has no counterpart here; well formed, but it cannot be decoded. */
  UNKNOWN: 8,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** `size` of an item that goes on until a break. */
export const INDEFINITE = -1;

/** What a binary format has to know to be read: how its heads look, and what its tags mean. */
export interface ReadFormat {
  readonly name: string;
  /** Reads the head at the cursor: moves behind it and fills in kind, size, value and tag. @throws ProtocolError */
  head(cursor: Cursor): void;
  /** The value of a tagged item. @throws ProtocolError when the tag has no counterpart in JavaScript */
  tagged(tag: number, content: unknown): unknown;
}

/** A place in bytes and, behind `head`, what was found there. */
export class Cursor {
  at = 0;
  kind: Kind = Kind.SCALAR;
  size = 0;
  tag = 0;
  value: unknown = undefined;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #largest: number;

  /** @param largest up to which an integer of 64 bits is a number: 2^53 in an envelope, 2^53-1 in a payload */
  constructor(bytes: Uint8Array, largest = Number.MAX_SAFE_INTEGER) {
    this.#largest = largest;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** How many bytes are left. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** Moves over `size` bytes. @returns where they start @throws ProtocolError when there are not as many */
  skip(size: number): number {
    const start = this.at;
    if (size > this.bytes.length - start) throw new ProtocolError(`a message ends too early, at byte ${start}`);
    this.at = start + size;
    return start;
  }

  /** Reads a big-endian unsigned integer of 1, 2 or 4 bytes. */
  uint(size: 1 | 2 | 4): number {
    const start = this.skip(size);
    if (size === 1) return this.view.getUint8(start);
    return size === 2 ? this.view.getUint16(start) : this.view.getUint32(start);
  }

  /** Reads an unsigned integer of 64 bits; without a bigint on the way where it is exact as a number. */
  uint64(): number | bigint {
    const start = this.skip(8);
    const value = this.view.getUint32(start) * 2 ** 32 + this.view.getUint32(start + 4);
    return value < 2 ** 53 ? value : this.#narrow(this.view.getBigUint64(start));
  }

  int64(): number | bigint {
    const start = this.skip(8);
    const value = this.view.getInt32(start) * 2 ** 32 + this.view.getUint32(start + 4);
    return Math.abs(value) < 2 ** 53 ? value : this.#narrow(this.view.getBigInt64(start));
  }

  #narrow(value: bigint): number | bigint {
    return value === BigInt(this.#largest) ? this.#largest : value;
  }

  /** The item is a scalar. */
  scalar(value: unknown): void {
    this.kind = Kind.SCALAR;
    this.value = value;
  }

  /** The item is of another kind. */
  item(kind: Kind, size: number, tag = 0): void {
    this.kind = kind;
    this.size = size;
    this.tag = tag;
  }
}

/** What is wrong with the bytes before a place. */
export function malformed({ at }: Pick<Cursor, 'at'>, { name }: ReadFormat, why: string): ProtocolError {
  return new ProtocolError(`malformed ${name} before byte ${at}: ${why}`);
}
