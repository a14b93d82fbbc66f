import type { Encoded } from '@wigwag/core/wire';

const FIN_TEXT = 0x81;
const FIN_BINARY = 0x82;

/** One WebSocket message as a server sends it: one unmasked frame (RFC 6455, 5.2). */
export function webSocketFrame({ data, binary }: Encoded): Uint8Array {
  const length = typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
  const header = headerLength(length);
  const frame = Buffer.allocUnsafe(header + length);
  writeHeader(frame, binary, length);
  if (typeof data === 'string') frame.write(data, header);
  else frame.set(data, header);
  return frame;
}

/** The header of a frame whose payload follows in other buffers. */
export function webSocketHeader(binary: boolean, length: number): Uint8Array {
  const header = Buffer.allocUnsafe(headerLength(length));
  writeHeader(header, binary, length);
  return header;
}

function writeHeader(frame: Buffer, binary: boolean, length: number): void {
  frame[0] = binary ? FIN_BINARY : FIN_TEXT;
  const header = headerLength(length);
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
}

function headerLength(length: number): number {
  if (length < 126) return 2;
  return length < 2 ** 16 ? 4 : 10;
}
