export type { BackoffOptions } from './backoff.js';
export { Client } from './client.js';
export type { EventStream } from './event-stream.js';
export type * from './options.js';
export { clientSettings, connectionSettings } from './settings.js';
export type { ClientState, Retry } from './state.js';
