import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { BATCH_OVERHEAD, MAX_BATCH } from '@wigwag/core/transport';
import { WebSocketServer } from 'ws';
import type { ConnectionFacts } from '../access/facts.js';
import type { Addresses } from './addresses.js';
import { certificateOf } from './certificate.js';
import { parseCookies } from './cookies.js';
import { answerUpgrade } from './http-answer.js';
import type { ListenerContext } from './listener.js';
import { isLocalRequest } from './local.js';
import { isLoopback } from './loopback.js';
import { Monitor } from './monitor.js';
import type { Origins, Passage } from './origin.js';
import { checkOrigins, judgeOrigin } from './origin.js';
import { Proxies } from './proxies.js';
import { negotiate, unsupported } from './subprotocol.js';
import { OwnedWebSocket, WebSocketTransport } from './websocket-transport.js';
import { WriteTurn } from './write-turn.js';

/** Bytes of the smallest piece that a network is expected to bring the whole of a large message in. */
const SMALL_CHUNK = 512;
/** Pieces of any size, for messages that are small themselves. */
const SPARE_CHUNKS = 64;

/** Who may come to a WebSocket listener. */
export interface VisitOptions {
  /** Default: pages of the listener's own host, and where it is bound to this machine alone, those of this machine. */
  readonly origins?: Origins;
  /**
   * Addresses and networks of the proxies before it, such as `10.0.0.0/8`: whom they say they speak for is believed
   * (`Forwarded`, `X-Forwarded-For`). Default: none.
   */
  readonly trustedProxies?: readonly string[];
}

/** What an upgrader has to know of the server that it serves. */
export interface Site {
  /** The address that the server is bound to; `undefined` while it is not. */
  address(): string | undefined;
  /** Whether its connections are counted by their own addresses already, where no trusted proxy is at the other end. */
  readonly counted: boolean;
  /** The connection has become a WebSocket. */
  settled(socket: Socket): void;
}

/** Turns an upgrade request into an attached transport, or answers why not. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** @throws TypeError for options that say nothing */
export function upgrader({ origins, trustedProxies }: VisitOptions, site: Site, context: ListenerContext): Upgrade {
  if (origins) checkOrigins(origins);
  const proxies = new Proxies(trustedProxies);
  const { serializers, maxMessageSize, closeTimeout, heartbeat, clock, addresses } = context;
  const surroundings = {
    turn: new WriteTurn(),
    monitor: new Monitor(heartbeat, clock),
    afterClosing: (run: () => void) => clock.after(closeTimeout, run),
  };
  const takes = (maxPayload: number) =>
    new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      // The transport answers PINGs, and keeps count of them.
      autoPong: false,
      maxPayload,
      // A message that drips in takes far more memory in small pieces than its bytes.
      maxBufferedChunks: SPARE_CHUNKS + Math.ceil(maxPayload / SMALL_CHUNK),
      WebSocket: OwnedWebSocket,
      handleProtocols: (_names, request) =>
        negotiate(request.headers['sec-websocket-protocol'], serializers)?.name ?? false,
    });
  const singly = takes(maxMessageSize);
  // A batch of small messages may be longer than any of them may be; the session looks at each.
  const inBatches = takes(Math.max(maxMessageSize + BATCH_OVERHEAD, MAX_BATCH));

  return (request, socket, head) => {
    const offered = request.headers['sec-websocket-protocol'];
    const agreed = negotiate(offered, serializers);
    if (!agreed) return answerUpgrade(socket, 400, unsupported(offered, serializers));
    if (!(socket instanceof Socket))
      return answerUpgrade(socket, 400, 'WebSocket needs a TCP connection of its own.\n');
    const { remoteAddress: remote = '', remotePort = 0 } = socket;
    const direct = `${remote === '' ? 'unknown' : remote}:${remotePort}`;
    const client = proxies.clientOf(remote, request.headers);
    const peer = proxies.isTrusted(remote) ? `${client} via ${direct}` : direct;

    const { origin, host } = request.headers;
    const passage = judgeOrigin({ origin, host, local: isLoopback(site.address() ?? '') }, origins);
    if (passage === 'refused') {
      context.refused(peer, `its page is from ${origin}, which is not among the origins that may connect`);
      return answerUpgrade(socket, 403, foreignPage(origin));
    }
    if (!site.counted || proxies.isTrusted(remote)) {
      if (!addresses.enter(client)) {
        context.refused(peer, 'its address has as many connections as one may have (maxConnectionsPerAddress)');
        return answerUpgrade(socket, 429, 'There are too many connections from this address.\n');
      }
      leaveWith(socket, client, addresses);
    }
    const sockets = agreed.batched ? inBatches : singly;
    sockets.handleUpgrade(request, socket, head, (ws) => {
      site.settled(socket);
      socket.setNoDelay(true);
      const transport = new WebSocketTransport(
        ws,
        socket,
        { peer, local: isLocalRequest(request, socket) },
        agreed,
        surroundings,
      );
      context.attach(transport, factsOf(request, socket, passage));
    });
  };
}

/** Apart, because a listener made where the request is would hold on to it for as long as the connection lasts. */
function leaveWith(socket: Socket, client: string, addresses: Addresses): void {
  socket.on('close', () => addresses.leave(client));
}

function factsOf({ headers: { cookie } }: IncomingMessage, socket: Socket, passage: Passage): ConnectionFacts {
  return {
    certificate: () => certificateOf(socket),
    cookies: () => parseCookies(passage === 'checked' ? cookie : undefined),
  };
}

function foreignPage(origin: string | undefined): string {
  return `Pages of ${origin} may not connect to this router: they are not among its \`origins\`.\n`;
}
