// The part of isomorphic-ws that core uses, so that its published types, which drag those of Node in, stay out.
import type { WebSocketLike } from './websocket.js';

declare const WebSocket: new (
  url: string,
  protocols: readonly string[],
  // Node only: the options of `ws`.
  options?: object,
) => WebSocketLike;
export default WebSocket;
