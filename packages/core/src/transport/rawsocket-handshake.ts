import type { Serializer } from '../wire/serializer.js';

/** The most that RawSocket can frame, 2^24 bytes. */
export const MAX_LENGTH = 2 ** 24;
/** The first octet of every handshake; no HTTP request starts with it. */
export const MAGIC = 0x7f;
/** Octets of a handshake, and of a frame's header. */
export const PREFIX = 4;

const codes: Readonly<Record<Serializer['id'], number>> = { json: 1, msgpack: 2, cbor: 3 };

/** Why a router refuses a handshake (spec: "RawSocket", error reply). */
export const RawSocketRefusal = {
  SERIALIZER_UNSUPPORTED: 1,
  LENGTH_UNACCEPTABLE: 2,
  RESERVED_BITS: 3,
  TOO_MANY_CONNECTIONS: 4,
} as const;
export type RawSocketRefusal = (typeof RawSocketRefusal)[keyof typeof RawSocketRefusal];

const refusals: Readonly<Record<number, string>> = {
  1: 'it does not speak this serializer',
  2: 'it does not accept this maximum message length',
  3: 'it knows no use of reserved bits',
  4: 'it has too many connections',
};

/** What one side says of itself. */
export interface Handshake {
  /** The serializer's number; `serializerFor` finds the engine. */
  readonly serializer: number;
  /** The longest message that this side receives, bytes. */
  readonly maxLength: number;
}

/** @param maxLength bytes that this side receives at most; rounded down to a power of two from 2^9 to 2^24 */
export function writeHandshake(serializer: Serializer, maxLength: number): Uint8Array {
  const exponent = Math.floor(Math.log2(Math.min(Math.max(maxLength, 2 ** 9), MAX_LENGTH)));
  return Uint8Array.of(MAGIC, ((exponent - 9) << 4) | codes[serializer.id], 0, 0);
}

export function writeRefusal(refusal: RawSocketRefusal): Uint8Array {
  return Uint8Array.of(MAGIC, refusal << 4, 0, 0);
}

/** What four octets say: a handshake, a refusal (its words), or nothing of RawSocket. */
export function readHandshake(
  octets: Uint8Array,
): Handshake | { readonly refused: string } | { readonly broken: string } {
  const [magic, second = 0, third, fourth] = octets;
  if (magic !== MAGIC) return { broken: 'it does not speak RawSocket' };
  if (third !== 0 || fourth !== 0) return { broken: 'it sets reserved bits of the handshake' };
  const serializer = second & 0x0f;
  if (serializer === 0) return { refused: refusals[second >> 4] ?? `it refused with code ${second >> 4}` };
  return { serializer, maxLength: 2 ** ((second >> 4) + 9) };
}

/** The engine for a handshake's serializer number; `undefined` where none is offered. */
export function serializerFor(code: number, offered: readonly Serializer[]): Serializer | undefined {
  return offered.find(({ id }) => codes[id] === code);
}
