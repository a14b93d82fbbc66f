/** RawSocket (spec: "RawSocket") over any stream of bytes; for Node and router, which have those. */
export { FrameReader, FrameType, frameOf, writeFrame } from './rawsocket-frames.js';
export * from './rawsocket-handshake.js';
export type { ByteStream, RawSocketOptions } from './rawsocket-transport.js';
export { RawSocketTransport } from './rawsocket-transport.js';
