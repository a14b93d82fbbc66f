import type { Encoded, Framing } from './encoded.js';

/** The bytes with a transport's framing around them, made on first use and shared from then on. */
export function framed(message: Encoded, framing: Framing): Uint8Array {
  for (let known = message.frames; known; known = known.others) if (known.framing === framing) return known.bytes;
  const bytes = framing(message);
  message.frames = { framing, bytes, others: message.frames };
  return bytes;
}
