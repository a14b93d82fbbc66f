import type { Encoded } from '../wire/encoded.js';
import * as ErrorUri from '../wire/error-uris.js';
import { ProtocolError } from '../wire/errors.js';
import { MAX_LENGTH, PREFIX } from './rawsocket-handshake.js';

/** What a frame carries (spec: "RawSocket", framing). */
export const FrameType = { MESSAGE: 0, PING: 1, PONG: 2 } as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

const text = new TextEncoder();

/** One frame: four octets of type and length, and the payload. */
export function writeFrame(type: FrameType, payload: Uint8Array): Uint8Array {
  const { byteLength: length } = payload;
  const frame = new Uint8Array(PREFIX + length);
  // A length of exactly 2^24 is said by a bit of its own.
  frame[0] = length === MAX_LENGTH ? type | 0x08 : type;
  frame[1] = length >>> 16;
  frame[2] = length >>> 8;
  frame[3] = length;
  frame.set(payload, PREFIX);
  return frame;
}

/** A message's frame, to be made once for all who get it. */
export function frameOf({ data }: Encoded): Uint8Array {
  return writeFrame(FrameType.MESSAGE, typeof data === 'string' ? text.encode(data) : data);
}

/** Bytes of a piece that costs more to keep than what is in it. */
const SMALL = 512;
/** So many of those in a row become one, lest a peer that drips takes far more memory than it sends. */
const MANY = 256;

/** Cuts a stream of bytes into frames. A frame that came in one piece is handed out without copying. */
export class FrameReader {
  readonly #maxLength: number;
  readonly #onFrame: (type: FrameType, payload: Uint8Array) => void;
  #pieces: Uint8Array[] = [];
  #size = 0;
  /** Pieces at the end that are small. */
  #small = 0;

  /** @param maxLength bytes; a longer frame is a protocol violation */
  constructor(maxLength: number, onFrame: (type: FrameType, payload: Uint8Array) => void) {
    this.#maxLength = maxLength;
    this.#onFrame = onFrame;
  }

  /** @throws ProtocolError when a header says what RawSocket does not know, or a length over the limit */
  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#size += piece.byteLength;
    this.#small = piece.byteLength < SMALL ? this.#small + 1 : 0;
    if (this.#small >= MANY) this.#gather();
    // What is long is put together once, when all of it is there.
    if (this.#size < PREFIX || this.#size < PREFIX + this.#lengthAt(this.#front(), 0)) return;
    const bytes = this.#joined();
    let next = 0;
    while (bytes.byteLength - next >= PREFIX) {
      const at = next;
      const end = at + PREFIX + this.#lengthAt(bytes, at);
      if (end > bytes.byteLength) break;
      next = end;
      this.#onFrame(typeOf(bytes[at]), bytes.subarray(at + PREFIX, end));
    }
    this.#keep(bytes.subarray(next));
  }

  /** The first bytes, a header's at least. */
  #front(): Uint8Array {
    const [front] = this.#pieces;
    return front && front.byteLength >= PREFIX ? front : this.#joined();
  }

  /** That of the payload behind a header. */
  #lengthAt(bytes: Uint8Array, at: number): number {
    const octet = (n: number) => bytes[at + n] ?? 0;
    const length = (octet(0) & 0x08) === 0 ? (octet(1) << 16) | (octet(2) << 8) | octet(3) : MAX_LENGTH;
    if (length <= this.#maxLength) return length;
    const message = `a message of ${length} bytes is over the limit of ${this.#maxLength}`;
    throw new ProtocolError(message, ErrorUri.PAYLOAD_SIZE_EXCEEDED);
  }

  #gather(): void {
    this.#pieces.push(join(this.#pieces.splice(-this.#small)));
    this.#small = 0;
  }

  #joined(): Uint8Array {
    const joined = join(this.#pieces);
    this.#pieces = [joined];
    return joined;
  }

  #keep(bytes: Uint8Array): void {
    this.#pieces = bytes.byteLength > 0 ? [bytes] : [];
    this.#size = bytes.byteLength;
    this.#small = 0;
  }
}

/** One piece of several; a single one is not copied. */
export function join(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const joined = new Uint8Array(pieces.reduce((size, { byteLength }) => size + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.byteLength;
  }
  return joined;
}

function typeOf(first = 0): FrameType {
  const type = first & 0x07;
  if ((first & 0xf0) !== 0) throw new ProtocolError('a RawSocket frame sets reserved bits');
  if (type === FrameType.MESSAGE || type === FrameType.PING || type === FrameType.PONG) return type;
  throw new ProtocolError(`a RawSocket frame of type ${type} is not known`);
}
