export type { BackoffOptions } from './backoff.js';
export { Client } from './client.js';
export type { EventStream } from './event-stream.js';
export type * from './options.js';
export type { ClientState, Retry } from './state.js';
