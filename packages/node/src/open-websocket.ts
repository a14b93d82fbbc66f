import type { IncomingMessage } from 'node:http';
import type { OpenWebSocket } from '@wigwag/core';
import { openWebSocket as open } from '@wigwag/core/transport/open-websocket';
import { channelIdFor } from './channel-id.js';

/** A WebSocket of `ws` that also knows the connection under it: what it carries, and what a login can be tied to. */
export const openWebSocket: OpenWebSocket = async (...args) => {
  const socket = await open(...args);
  if (!tellsUpgrade(socket)) return socket;
  socket.on('upgrade', (response) => {
    const { socket: stream } = response;
    socket.channelId = channelIdFor(stream);
    socket.vitals = () => ({
      received: stream.bytesRead,
      taken: stream.bytesWritten - stream.writableLength,
      backlog: stream.writableLength > 0,
    });
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
