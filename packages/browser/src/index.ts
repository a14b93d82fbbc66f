/** WAMP for web pages: the client of `@wigwag/core` over the browser's WebSocket. */
export * from '@wigwag/core';
export type { BrowserClientOptions } from './connect.js';
export { connect, createClient } from './connect.js';
