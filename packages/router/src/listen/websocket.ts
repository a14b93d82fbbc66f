import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { ListenError } from './errors.js';
import { answerUpgrade } from './http-answer.js';
import type { Listener, ListenerContext } from './listener.js';
import { isLocalRequest } from './local.js';
import { Monitor } from './monitor.js';
import { negotiate, unsupported } from './subprotocol.js';
import { FlushingWebSocket, WebSocketTransport } from './websocket-transport.js';
import { WriteTurn } from './write-turn.js';

/** Options of a listener with a server of its own. */
export interface StandaloneOptions {
  /** Default 8080; 0 takes any free one. */
  readonly port?: number;
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** Default `/ws`. */
  readonly path?: string;
}

/** Options of a listener on another's server, whose other paths and upgrades it leaves alone. */
export interface AttachedOptions {
  readonly server: Server | HttpsServer;
  /** Default `/ws`. */
  readonly path?: string;
}

/** @throws ListenError */
export function listenWebSocket(
  options: StandaloneOptions | AttachedOptions,
  context: ListenerContext,
): Promise<Listener> {
  return 'server' in options ? listenOn(options, context) : listenAlone(options, context);
}

async function listenOn({ server, path = '/ws' }: AttachedOptions, context: ListenerContext): Promise<Listener> {
  const upgrade = upgrader(context);
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (pathOf(request) === path) upgrade(request, socket, head);
  };
  server.on('upgrade', onUpgrade);
  return {
    get url() {
      return urlOf(server, path) ?? path;
    },
    async close() {
      server.off('upgrade', onUpgrade);
    },
  };
}

async function listenAlone(options: StandaloneOptions, context: ListenerContext): Promise<Listener> {
  const { port = 8080, host = '127.0.0.1', path = '/ws' } = options;
  const server = createServer((_request, response) => {
    response.writeHead(426, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close', Upgrade: 'websocket' });
    response.end(`This is a WAMP router: connect to it by WebSocket, at the path ${path}.\n`);
  });
  const upgrade = upgrader(context);
  server.on('upgrade', (request, socket, head) => {
    if (pathOf(request) === path) upgrade(request, socket, head);
    else answerUpgrade(socket, 404, `There is no WAMP router at this path; it is at ${path}.\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError(`${host}:${port}`, error)));
    server.listen(port, host, resolve);
  });
  server.on('error', (error) => context.report(error, 'listener'));
  const url = urlOf(server, path) ?? path;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Those that have not become WebSockets: one that never sends a request would hold the port for a minute.
        server.closeAllConnections();
      }),
  };
}

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Turns upgrade requests into attached transports. */
function upgrader(context: ListenerContext): Upgrade {
  const { serializers, maxMessageSize, closeTimeout, heartbeat, clock } = context;
  const turn = new WriteTurn();
  const monitor = new Monitor(heartbeat, clock);
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageSize,
    WebSocket: FlushingWebSocket,
    handleProtocols: (_names, request) =>
      negotiate(request.headers['sec-websocket-protocol'], serializers)?.name ?? false,
  });
  return (request, socket, head) => {
    const offered = request.headers['sec-websocket-protocol'];
    const agreed = negotiate(offered, serializers);
    if (!agreed) return answerUpgrade(socket, 400, unsupported(offered, serializers));
    if (!(socket instanceof Socket))
      return answerUpgrade(socket, 400, 'WebSocket needs a TCP connection of its own.\n');
    sockets.handleUpgrade(request, socket, head, (ws) => {
      socket.setNoDelay(true);
      const afterClosing = (run: () => void) => clock.after(closeTimeout, run);
      const local = isLocalRequest(request, socket);
      const transport = new WebSocketTransport(ws, socket, agreed, turn, local, afterClosing);
      monitor.add(transport);
      ws.on('close', () => monitor.remove(transport));
      context.attach(transport);
    });
  };
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}

function urlOf(server: Server | HttpsServer, path: string): string | undefined {
  const address = server.address();
  if (address === null || typeof address === 'string') return undefined;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${'setSecureContext' in server ? 'wss' : 'ws'}://${host}:${address.port}${path}`;
}
