import { Kind } from './cursor.js';
import type { Slab } from './slab.js';

const utf8 = new TextEncoder();

/** What writes the head before a text. */
interface TextFormat {
  head(to: ByteWriter, kind: Kind, size: number): void;
}

/** What a writer starts with, and goes back to after a large message. */
const ROOM = 4096;

/** Bytes that grow as they are written, big-endian. */
export class ByteWriter {
  #bytes = new Uint8Array(ROOM);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** A copy of what was written, of exactly its size, and of the tail behind it. */
  copy(slab: Slab, tail: Uint8Array | undefined): Uint8Array {
    const copy = slab.take(this.#at + (tail?.length ?? 0));
    copy.set(this.#bytes.subarray(0, this.#at));
    if (tail) copy.set(tail, this.#at);
    return copy;
  }

  /** Makes it as new. */
  clear(): void {
    this.#at = 0;
    if (this.#bytes.length === ROOM) return;
    this.#bytes = new Uint8Array(ROOM);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Writes an unsigned integer of 1, 2, 4 or 8 bytes; one of 8 may be as large as 2^53. */
  uint(value: number, size: 1 | 2 | 4 | 8): void {
    const at = this.#reserve(size);
    if (size === 1) this.#view.setUint8(at, value);
    else if (size === 2) this.#view.setUint16(at, value);
    else if (size === 4) this.#view.setUint32(at, value);
    else {
      this.#view.setUint32(at, Math.floor(value / 2 ** 32));
      this.#view.setUint32(at + 4, value >>> 0);
    }
  }

  /** Writes the 64 bits of an integer, in two's complement when it is negative. */
  uint64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value));
  }

  float64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value);
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /**
   * Writes text behind a head that says its length in bytes.
   * @returns false when the text has a lone surrogate, which UTF-8 cannot express
   */
  text(text: string, format: TextFormat): boolean {
    if (text.length < 64 && this.#ascii(text, format)) return true;
    const bytes = utf8.encode(text);
    // As many bytes as units is ASCII, in which there is nothing to look for.
    if (bytes.length !== text.length && /\p{Surrogate}/u.test(text)) return false;
    format.head(this, Kind.TEXT, bytes.length);
    this.bytes(bytes);
    return true;
  }

  /** Short ASCII without a call to the encoder; what was written is taken back when it is none. */
  #ascii(text: string, format: TextFormat): boolean {
    const start = this.#at;
    format.head(this, Kind.TEXT, text.length);
    const at = this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) {
        this.#at = start;
        return false;
      }
      this.#bytes[at + i] = unit;
    }
    return true;
  }

  /**
   * Makes room for `size` bytes; that may replace the array and the view, so call it before either is looked up.
   * @returns where they start
   */
  #reserve(size: number): number {
    const start = this.#at;
    this.#at = start + size;
    if (this.#at > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#at, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }
}
