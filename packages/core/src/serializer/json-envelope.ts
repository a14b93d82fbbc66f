import { fromBase64 } from '../wire/base64.js';
import { MAX_ID } from '../wire/ids.js';
import { integer } from './json-exact.js';
import { decodeText } from './utf8.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const LIST = 0x5b;
const DICT = 0x7b;

/**
 * Reads the values of an envelope right from its bytes. For something as small as that, turning the bytes into text
 * for `JSON.parse` takes twice as long.
 */
export class JsonEnvelope {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** @param bytes what the scanner has accepted: nothing is checked here, and the depth is bounded */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The value that starts at `at`. @throws ProtocolError only for an integer of absurd length */
  read(at: number): unknown {
    this.#at = at;
    return this.#value();
  }

  /** The next byte that is not white space, which is moved over. */
  #next(): number {
    for (;;) {
      const byte = this.#bytes[this.#at++] ?? 0;
      if (byte > 0x20) return byte;
    }
  }

  #value(): unknown {
    const byte = this.#next();
    if (byte === QUOTE) {
      const text = this.#text();
      return text.charCodeAt(0) === 0 ? (fromBase64(text.slice(1)) ?? text) : text;
    }
    if (byte === LIST) return this.#list();
    if (byte === DICT) return this.#dict();
    if (byte === 0x74) return this.#word(3, true);
    if (byte === 0x66) return this.#word(4, false);
    if (byte === 0x6e) return this.#word(3, null);
    return this.#number(byte);
  }

  #word(rest: number, value: boolean | null): boolean | null {
    this.#at += rest;
    return value;
  }

  /** From behind the quote. */
  #text(): string {
    const start = this.#at;
    let at = start;
    let escaped = false;
    for (let byte = this.#bytes[at] ?? QUOTE; byte !== QUOTE; byte = this.#bytes[at] ?? QUOTE) {
      if (byte === BACKSLASH) escaped = true;
      at += byte === BACKSLASH ? 2 : 1;
    }
    this.#at = at + 1;
    return escaped ? JSON.parse(decodeText(this.#bytes, start - 1, at + 1)) : decodeText(this.#bytes, start, at);
  }

  /** A short integer is summed up; anything else is left to the runtime. */
  #number(first: number): number | bigint {
    const start = this.#at - 1;
    let value = 0;
    let byte = first;
    while (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + byte - 0x30;
      byte = this.#bytes[this.#at++] ?? 0;
    }
    // Back to the byte that is no digit. Up to 15 of them sum up exactly.
    if (this.#at - start < 17 && !isNumeric(byte)) {
      this.#at--;
      return value;
    }
    while (isNumeric(byte)) byte = this.#bytes[this.#at++] ?? 0;
    this.#at--;
    return envelopeNumber(decodeText(this.#bytes, start, this.#at));
  }

  #list(): unknown[] {
    const list: unknown[] = [];
    if (this.#ends(LIST)) return list;
    do list.push(this.#value());
    while (this.#next() === COMMA);
    return list;
  }

  #dict(): Record<string, unknown> {
    const dict: Record<string, unknown> = {};
    if (this.#ends(DICT)) return dict;
    do {
      this.#next();
      const key = this.#text();
      this.#next();
      const value = this.#value();
      // Assigned, this one key would set the prototype.
      if (key === '__proto__') {
        Object.defineProperty(dict, key, { value, writable: true, enumerable: true, configurable: true });
      } else dict[key] = value;
    } while (this.#next() === COMMA);
    return dict;
  }

  /** Whether what was just opened closes at once; moves over that if so. */
  #ends(open: number): boolean {
    const before = this.#at;
    if (this.#next() === open + 2) return true;
    this.#at = before;
    return false;
  }
}

/** Whether a byte may stand in a number. */
function isNumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === 0x2d || byte === 0x2e || (byte | 0x20) === 0x65;
}

/** Integers beyond 2^53-1 are bigint, but for 2^53, which is an id. */
function envelopeNumber(token: string): number | bigint {
  const value = /^-?\d{16,}$/.test(token) ? integer(token) : Number(token);
  return value === BigInt(MAX_ID) ? MAX_ID : value;
}
