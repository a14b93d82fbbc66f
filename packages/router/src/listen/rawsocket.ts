import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import {
  MAX_LENGTH,
  PREFIX,
  RawSocketRefusal,
  RawSocketTransport,
  readHandshake,
  serializerFor,
  writeHandshake,
  writeRefusal,
} from '@wigwag/core/transport/rawsocket';
import { channelIdFor } from './channel-id.js';
import { ListenError } from './errors.js';
import type { Listener, ListenerContext } from './listener.js';
import { isLoopback } from './local.js';
import type { Monitored } from './monitor.js';
import { Monitor } from './monitor.js';
import { WriteTurn } from './write-turn.js';

/** Options of a RawSocket listener (spec: "RawSocket"), on a TCP port or on a unix socket. */
export type RawSocketListenOptions = {
  readonly protocol: 'rawsocket';
} & (
  | {
      /** 0 takes any free one. */
      readonly port: number;
      /** Default 127.0.0.1: this machine only. */
      readonly host?: string;
    }
  | {
      /** A file that does not exist yet, such as `/run/wigwag.sock`; who may connect is a matter of its folder. */
      readonly unix: string;
    }
);

/** @throws ListenError */
export async function listenRawSocket(options: RawSocketListenOptions, context: ListenerContext): Promise<Listener> {
  const accept = acceptor(context, 'unix' in options);
  const server = createServer(accept);
  const where = 'unix' in options ? options.unix : `${options.host ?? '127.0.0.1'}:${options.port}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError(where, error)));
    if ('unix' in options) server.listen(options.unix, resolve);
    else server.listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  server.on('error', (error) => context.report(error, 'listener'));
  return {
    url: urlOf(server, where),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        accept.dropUnshaken();
      }),
  };
}

interface Acceptor {
  (socket: Socket): void;
  /** Those that have not finished the handshake: one that never does would hold the port. */
  dropUnshaken(): void;
}

/** Takes the handshake of each connection, and makes it an attached transport. */
function acceptor(context: ListenerContext, unix: boolean): Acceptor {
  const turn = new WriteTurn();
  const monitor = new Monitor(context.heartbeat, context.clock);
  const unshaken = new Set<Socket>();
  const accept = (socket: Socket) => {
    unshaken.add(socket);
    const stopTimer = context.clock.after(context.handshakeTimeout, () => socket.destroy());
    let received = Buffer.alloc(0);
    const release = () => {
      unshaken.delete(socket);
      stopTimer();
      socket.off('data', onData).off('close', release);
    };
    const onData = (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      if (received.byteLength < PREFIX) return;
      release();
      shake(socket, received, turn, monitor, context, unix);
    };
    socket.on('data', onData).on('close', release);
    // An error comes with a close behind it, and the transport, once there is one, hears both.
    socket.on('error', () => {});
  };
  return Object.assign(accept, {
    dropUnshaken: () => {
      for (const socket of unshaken) socket.destroy();
    },
  });
}

function shake(
  socket: Socket,
  received: Buffer,
  turn: WriteTurn,
  monitor: Monitor,
  context: ListenerContext,
  unix: boolean,
): void {
  const handshake = readHandshake(received.subarray(0, PREFIX));
  if (!('serializer' in handshake)) {
    // Reserved bits are answered; whoever does not speak RawSocket at all would not understand.
    if (received[0] === writeRefusal(RawSocketRefusal.RESERVED_BITS)[0]) {
      socket.end(writeRefusal(RawSocketRefusal.RESERVED_BITS));
    } else socket.destroy();
    return;
  }
  const serializer = serializerFor(handshake.serializer, context.serializers);
  if (!serializer) {
    socket.end(writeRefusal(RawSocketRefusal.SERIALIZER_UNSUPPORTED));
    return;
  }
  const maxReceive = Math.min(context.maxMessageSize, MAX_LENGTH);
  socket.setNoDelay(true);
  if (context.heartbeat.interval > 0) socket.setKeepAlive(true, context.heartbeat.interval);
  socket.write(writeHandshake(serializer, maxReceive));
  const transport = new RawSocketTransport(socket, {
    channelId: channelIdFor(socket),
    serializer,
    // A connection that is gone has no address either, so its absence says nothing.
    local: unix || isLoopback(socket.remoteAddress ?? ''),
    peer: socket.remoteAddress ? `${socket.remoteAddress}:${socket.remotePort}` : 'unix socket',
    maxReceive,
    maxSend: handshake.maxLength,
    closeTimeout: context.closeTimeout,
    schedule: (flush) => turn.add({ flush }),
    early: received.subarray(PREFIX),
  });
  const monitored = monitoredOf(socket, transport);
  monitor.add(monitored);
  socket.on('close', () => monitor.remove(monitored));
  context.attach(transport);
}

function monitoredOf(socket: Socket, transport: RawSocketTransport): Monitored {
  return {
    sight: (now) => ({
      now,
      received: socket.bytesRead,
      taken: socket.bytesWritten - socket.writableLength,
      backlog: socket.writableLength > 0,
      // Who knows no pings is left to TCP's keep-alive.
      paused: socket.isPaused() || !transport.knowsPings,
    }),
    ping: () => transport.ping(),
    terminate: () => transport.terminate(),
  };
}

function urlOf(server: Server, where: string): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return `rs://unix:${where}`;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `rs://${host}:${address.port}`;
}
