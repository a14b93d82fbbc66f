export type { LinkedPairOptions } from './memory.js';
export { linkedPair } from './memory.js';
export type { CloseInfo, Connector, Transport, TransportOwner } from './transport.js';
