/** WAMP for Node: the client of `@wigwag/core` over `ws`, and publish-then-close. */
export * from '@wigwag/core';
export type { NodeClientOptions } from './connect.js';
export { connect, createClient } from './connect.js';
export type { PublishOnceOptions } from './publish-once.js';
export { publishOnce } from './publish-once.js';
export type { RawSocketConnectorOptions } from './raw-socket.js';
export { rawSocket } from './raw-socket.js';
export type { Bounds } from './with-client.js';
