import type { Server, Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { TurnoverMap } from '@wigwag/core/wire';
import type { ListenerContext } from './listener.js';
import type { Proxies } from './proxies.js';

interface Newcomer {
  readonly socket: Socket;
  /** Ends the wait for it to shake hands. */
  readonly stopTimer: () => void;
}

/**
 * The connections of a server from when they are accepted until they have shaken hands, whatever that takes: TLS, HTTP,
 * RawSocket. Whoever takes too long is cut off, and an address with enough connections gets no more.
 */
export class Newcomers {
  readonly #waiting = new TurnoverMap<Socket | string, Newcomer>();
  readonly #keyOf: (socket: Socket) => Socket | string;

  /** @param proxies in front of the server, whose connections are counted by whom they are for, once that is known */
  constructor(
    server: Server,
    private readonly context: Pick<ListenerContext, 'addresses' | 'clock' | 'handshakeTimeout' | 'refused'>,
    private readonly proxies: Proxies,
  ) {
    this.#keyOf = server instanceof TlsServer ? endsOf : itself;
    server.on('connection', (socket) => this.#accept(socket));
  }

  /** It has shaken hands. @param socket the connection, or the TLS socket around it */
  settled(socket: Socket): void {
    const key = this.#keyOf(socket);
    const newcomer = this.#waiting.get(key);
    if (newcomer) this.#forget(key, newcomer.socket);
  }

  /** Those who hold the port and may never do anything else. */
  dropAll(): void {
    for (const { socket } of this.#waiting.values()) socket.destroy();
  }

  #accept(socket: Socket): void {
    const { clock, addresses, handshakeTimeout, refused } = this.context;
    const { remoteAddress: address } = socket;
    const counted = address === undefined || this.proxies.isTrusted(address) ? undefined : address;
    if (counted !== undefined && !addresses.enter(counted)) {
      refused(counted, 'this address has as many connections as one may have (maxConnectionsPerAddress)');
      socket.destroy();
      return;
    }
    const stopTimer = clock.after(handshakeTimeout, () => socket.destroy());
    const key = this.#keyOf(socket);
    this.#waiting.set(key, { socket, stopTimer });
    // One listener, which holds on to nothing but these: most connections last long.
    socket.on('close', this.#closed.bind(this, socket, key, counted));
  }

  /** @param counted its address, where that is counted */
  #closed(socket: Socket, key: Socket | string, counted: string | undefined): void {
    this.#forget(key, socket);
    if (counted !== undefined) this.context.addresses.leave(counted);
  }

  #forget(key: Socket | string, socket: Socket): void {
    const newcomer = this.#waiting.get(key);
    if (newcomer?.socket !== socket) return;
    newcomer.stopTimer();
    this.#waiting.delete(key);
  }
}

function itself(socket: Socket): Socket {
  return socket;
}

/**
 * A TLS socket and the connection that it is around have their ends in common. Both count: who connects to two addresses
 * of this machine may do so from one port.
 */
function endsOf(socket: Socket): Socket | string {
  const { remoteAddress, remotePort, localAddress } = socket;
  return remotePort === undefined ? socket : `${remoteAddress} ${remotePort} ${localAddress}`;
}
