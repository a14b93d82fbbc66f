import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
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
import { certificateOf } from './certificate.js';
import { channelIdFor } from './channel-id.js';
import { ListenError } from './errors.js';
import type { Listener, ListenerContext } from './listener.js';
import { nothingToReload } from './listener.js';
import { isLoopback } from './loopback.js';
import type { Monitored } from './monitor.js';
import { Monitor } from './monitor.js';
import { Newcomers } from './newcomers.js';
import { Proxies } from './proxies.js';
import type { TlsOptions } from './tls.js';
import { ListenerTls } from './tls.js';
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
      /** Makes it `rss://`. Default: no TLS. */
      readonly tls?: TlsOptions;
    }
  | {
      /** A file that does not exist yet, such as `/run/wigwag.sock`; who may connect is a matter of its folder. */
      readonly unix: string;
    }
);

/** @throws ListenError, CertificateError */
export async function listenRawSocket(options: RawSocketListenOptions, context: ListenerContext): Promise<Listener> {
  const tls = 'tls' in options && options.tls ? await ListenerTls.load(options.tls, context) : undefined;
  const secure = tls && createTlsServer(tls.serverOptions);
  const server = secure ?? createServer();
  const newcomers = new Newcomers(server, context, new Proxies());
  server.on(secure ? 'secureConnection' : 'connection', acceptor(newcomers, context, 'unix' in options));
  const where = 'unix' in options ? options.unix : `${options.host ?? '127.0.0.1'}:${options.port}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError(where, error)));
    if ('unix' in options) server.listen(options.unix, resolve);
    else server.listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  server.on('error', (error) => context.report(error, 'listener'));
  const url = urlOf(server, where, secure ? 'rss' : 'rs');
  if (secure) tls.serve(secure, () => context.reloaded(url));
  return {
    url,
    reload: (certificates) => tls?.reload(certificates) ?? nothingToReload(),
    close: () =>
      new Promise((resolve) => {
        tls?.close();
        server.close(() => resolve());
        newcomers.dropAll();
      }),
  };
}

/** Takes the handshake of each connection, and makes it an attached transport. */
function acceptor(newcomers: Newcomers, context: ListenerContext, unix: boolean): (socket: Socket) => void {
  const turn = new WriteTurn();
  const monitor = new Monitor(context.heartbeat, context.clock);
  return (socket) => {
    let received = Buffer.alloc(0);
    const onData = (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      if (received.byteLength < PREFIX) return;
      socket.off('data', onData);
      if (shake(socket, received, turn, monitor, context, unix)) newcomers.settled(socket);
    };
    socket.on('data', onData);
    // An error comes with a close behind it, and the transport, once there is one, hears both.
    socket.on('error', () => {});
  };
}

/** @returns whether there is a transport now; if not, the peer was told why, and is given the time that is left to go */
function shake(
  socket: Socket,
  received: Buffer,
  turn: WriteTurn,
  monitor: Monitor,
  context: ListenerContext,
  unix: boolean,
): boolean {
  const handshake = readHandshake(received.subarray(0, PREFIX));
  if (!('serializer' in handshake)) {
    // Reserved bits are answered; whoever does not speak RawSocket at all would not understand.
    if (received[0] === writeRefusal(RawSocketRefusal.RESERVED_BITS)[0]) {
      socket.end(writeRefusal(RawSocketRefusal.RESERVED_BITS));
    } else socket.destroy();
    return false;
  }
  const serializer = serializerFor(handshake.serializer, context.serializers);
  if (!serializer) {
    socket.end(writeRefusal(RawSocketRefusal.SERIALIZER_UNSUPPORTED));
    return false;
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
  context.attach(transport, { certificate: () => certificateOf(socket), cookies: () => new Map() });
  return true;
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
    ping: () => transport.ping(transport.knowsPings),
    terminate: () => transport.terminate(),
  };
}

function urlOf(server: Server, where: string, scheme: 'rs' | 'rss'): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return `rs://unix:${where}`;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${scheme}://${host}:${address.port}`;
}
