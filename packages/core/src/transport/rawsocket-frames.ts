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
    while (this.#size >= PREFIX) {
      const [type, end] = this.#header();
      if (this.#size < end) return;
      const bytes = this.#joined();
      this.#keep(bytes.subarray(end));
      this.#onFrame(type, bytes.subarray(PREFIX, end));
    }
  }

  /** The next frame's type, and where it ends. */
  #header(): readonly [FrameType, number] {
    const [front] = this.#pieces;
    const bytes = front && front.byteLength >= PREFIX ? front : this.#joined();
    const [first = 0, high = 0, middle = 0, low = 0] = bytes;
    const length = (first & 0x08) === 0 ? (high << 16) | (middle << 8) | low : MAX_LENGTH;
    if (length <= this.#maxLength) return [typeOf(first), PREFIX + length];
    const message = `a message of ${length} bytes is over the limit of ${this.#maxLength}`;
    throw new ProtocolError(message, ErrorUri.PAYLOAD_SIZE_EXCEEDED);
  }

  #gather(): void {
    this.#pieces.push(join(this.#pieces.splice(-this.#small)));
    this.#small = 0;
  }

  #joined(): Uint8Array {
    const [only] = this.#pieces;
    if (only && this.#pieces.length === 1) return only;
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

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((size, { byteLength }) => size + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.byteLength;
  }
  return joined;
}

function typeOf(first: number): FrameType {
  const type = first & 0x07;
  if ((first & 0xf0) !== 0) throw new ProtocolError('a RawSocket frame sets reserved bits');
  if (type === FrameType.MESSAGE || type === FrameType.PING || type === FrameType.PONG) return type;
  throw new ProtocolError(`a RawSocket frame of type ${type} is not known`);
}
