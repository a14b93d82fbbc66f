import type { Encoded, Frame } from '@wigwag/core/wire';

const FIN_TEXT = 0x81;
const FIN_BINARY = 0x82;

/** One WebSocket message as a server sends it: one unmasked frame (RFC 6455, 5.2). */
export function webSocketFrame(message: Encoded): Uint8Array {
  return webSocketFrames([message]);
}

/** Several of them, one behind the other. */
export function webSocketFrames(messages: readonly Encoded[]): Uint8Array {
  let length = 0;
  for (const { data } of messages) length += frameLength(lengthOf(data));
  const frames = Buffer.allocUnsafe(length);
  let at = 0;
  for (const { data, binary } of messages) {
    const size = lengthOf(data);
    at = writeHeader(frames, at, binary, size);
    if (typeof data === 'string') frames.write(data, at);
    else frames.set(data, at);
    at += size;
  }
  return frames;
}

/** Bytes of a frame. @param length those of the message in it */
export function frameLength(length: number): number {
  return headerLength(length) + length;
}

/** Bytes of a message. */
export function lengthOf(data: Frame): number {
  return typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
}

/** The header of a frame whose payload follows in other buffers. */
export function webSocketHeader(binary: boolean, length: number): Uint8Array {
  const header = Buffer.allocUnsafe(headerLength(length));
  writeHeader(header, 0, binary, length);
  return header;
}

/** @returns where the header ends */
export function writeHeader(frame: Buffer, at: number, binary: boolean, length: number): number {
  frame[at] = binary ? FIN_BINARY : FIN_TEXT;
  const header = headerLength(length);
  if (header === 2) frame[at + 1] = length;
  else if (header === 4) {
    frame[at + 1] = 126;
    frame.writeUInt16BE(length, at + 2);
  } else {
    frame[at + 1] = 127;
    frame.writeBigUInt64BE(BigInt(length), at + 2);
  }
  return at + header;
}

function headerLength(length: number): number {
  if (length < 126) return 2;
  return length < 2 ** 16 ? 4 : 10;
}
