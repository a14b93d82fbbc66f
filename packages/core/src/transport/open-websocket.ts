import WebSocket from 'isomorphic-ws';
import type { OpenWebSocket } from './websocket.js';

/** The browser's WebSocket, or in Node that of `ws`, with its options. The one file that knows of either. */
export const openWebSocket: OpenWebSocket = (url, protocols, options) =>
  options ? new WebSocket(url, protocols, options) : new WebSocket(url, protocols);
