export { BATCHED, batchPartBytes, readBatch } from './batch.js';
export { ConnectError } from './errors.js';
export type { LinkedPairOptions } from './memory.js';
export { linkedPair } from './memory.js';
export type { CloseInfo, Connector, Transport, TransportOwner } from './transport.js';
export type { OpenWebSocket, WebSocketLike, WebSocketOptions } from './websocket.js';
export { webSocket } from './websocket.js';
