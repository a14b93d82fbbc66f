export { after } from './after.js';
export {
  BATCH_OVERHEAD,
  BATCHED,
  MAX_BATCH,
  OCTAL,
  OWN,
  partLength,
  putPart,
  readBatch,
  SEPARATOR,
  separatorOf,
} from './batch.js';
export type { Batch, Batching } from './batching.js';
export { batching, wigwagBatching } from './batching.js';
export { ConnectError } from './errors.js';
export type { Beat, HeartbeatOptions, Pulse, Sighting, Vitals } from './heartbeat.js';
export { beat, defaultHeartbeat, firstPulse } from './heartbeat.js';
export type { LinkedPairOptions } from './memory.js';
export { linkedPair } from './memory.js';
export { onAbort } from './on-abort.js';
export { Pongs } from './pongs.js';
export type { CloseInfo, Connector, Transport, TransportOwner } from './transport.js';
export type { OpenWebSocket, WebSocketLike, WebSocketOptions } from './websocket.js';
export { webSocket } from './websocket.js';
