import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { OpenWebSocket, WebSocketLike } from '@wigwag/core';
import { openWebSocket as open } from '@wigwag/core/transport/open-websocket';
import { channelIdFor } from './channel-id.js';

/** A WebSocket of `ws` that also knows the connection under it: what it carries, and what a login can be tied to. */
export const openWebSocket: OpenWebSocket = async (...args) => {
  const socket = await open(...args);
  if (!isOfWs(socket)) return socket;
  socket.onData = (listener) => {
    socket.on('message', (data, isBinary) => listener(isBinary ? data : String(data)));
  };
  socket.on('upgrade', (response) => {
    const { socket: stream } = response;
    gatherWrites(socket, stream);
    const vitals = () => ({
      received: stream.bytesRead,
      taken: stream.bytesWritten - stream.writableLength,
      backlog: stream.writableLength > 0,
    });
    const ping = () => {
      socket.ping();
      return true;
    };
    socket.seen = { vitals, ping, channelId: channelIdFor(stream) };
  });
  return socket;
};

/**
 * What is sent in one go leaves in one write, for a write costs more than all that a message costs beside it. It leaves
 * before the event loop goes on, so nothing waits.
 */
function gatherWrites(socket: WebSocketLike, stream: Socket): void {
  const { send } = socket;
  let corked = false;
  socket.send = (data) => {
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(() => {
        corked = false;
        stream.uncork();
      });
    }
    send.call(socket, data);
  };
}

/** What `ws` has, and the WebSocket of browsers has not. */
interface Emitter {
  ping(): void;
  on(event: 'upgrade', listener: (response: IncomingMessage) => void): unknown;
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
}

function isOfWs(socket: object): socket is Emitter {
  return 'on' in socket && typeof socket.on === 'function';
}
