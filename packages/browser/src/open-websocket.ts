import type { OpenWebSocket, WebSocketLike } from '@wigwag/core';

/** The page's own WebSocket, of which the DOM's types say more than is used. */
export const openWebSocket: OpenWebSocket = (url, protocols) =>
  new WebSocket(url, [...protocols]) as unknown as WebSocketLike;
