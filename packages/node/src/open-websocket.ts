import type { IncomingMessage } from 'node:http';
import type { OpenWebSocket } from '@wigwag/core';
import { openWebSocket as open } from '@wigwag/core/transport/open-websocket';
import { channelIdFor } from './channel-id.js';

/** A WebSocket of `ws` that also knows the TLS connection under it, to which a login can be tied. */
export const openWebSocket: OpenWebSocket = async (...args) => {
  const socket = await open(...args);
  if (!tellsUpgrade(socket)) return socket;
  socket.on('upgrade', (response) => {
    socket.channelId = channelIdFor(response.socket);
  });
  return socket;
};

/** What `ws` has, and the WebSocket of browsers has not. */
interface Upgrading {
  on(event: 'upgrade', listener: (response: IncomingMessage) => void): unknown;
}

function tellsUpgrade(socket: object): socket is Upgrading {
  return 'on' in socket && typeof socket.on === 'function';
}
