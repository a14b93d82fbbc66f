import type { Server, Socket } from 'node:net';
import { TurnoverMap } from '@wigwag/core/wire';
import type { ListenerContext } from './listener.js';
import type { Proxies } from './proxies.js';

interface Newcomer {
  readonly socket: Socket;
  /** Nothing of it is kept any more, for most connections last long. */
  readonly forget: () => void;
}

/**
 * The connections of a server from when they are accepted until they have shaken hands, whatever that takes: TLS, HTTP,
 * RawSocket. Whoever takes too long is cut off, and an address with enough connections gets no more.
 */
export class Newcomers {
  readonly #waiting = new TurnoverMap<Socket | string, Newcomer>();

  /** @param proxies in front of the server, whose connections are counted by whom they are for, once that is known */
  constructor(
    server: Server,
    private readonly context: Pick<ListenerContext, 'addresses' | 'clock' | 'handshakeTimeout' | 'refused'>,
    private readonly proxies: Proxies,
  ) {
    server.on('connection', (socket) => this.#accept(socket));
  }

  /** It has shaken hands. @param socket the connection, or the TLS socket around it */
  settled(socket: Socket): void {
    this.#waiting.get(keyOf(socket))?.forget();
  }

  /** Those who hold the port and may never do anything else. */
  dropAll(): void {
    for (const { socket } of this.#waiting.values()) socket.destroy();
  }

  #accept(socket: Socket): void {
    const { clock, addresses, handshakeTimeout, refused } = this.context;
    const { remoteAddress: address } = socket;
    if (address !== undefined && !this.proxies.isTrusted(address)) {
      const leave = addresses.enter(address);
      if (!leave) {
        refused(address, 'this address has as many connections as one may have (maxConnectionsPerAddress)');
        socket.destroy();
        return;
      }
      socket.on('close', leave);
    }
    const key = keyOf(socket);
    const stopTimer = clock.after(handshakeTimeout, () => socket.destroy());
    const forget = () => {
      stopTimer();
      socket.off('close', forget);
      if (this.#waiting.get(key)?.socket === socket) this.#waiting.delete(key);
    };
    this.#waiting.set(key, { socket, forget });
    socket.on('close', forget);
  }
}

/** A TLS socket and the connection that it is around have their peer in common; a unix socket is its own key. */
function keyOf(socket: Socket): Socket | string {
  const { remoteAddress, remotePort } = socket;
  return remotePort === undefined ? socket : `${remoteAddress} ${remotePort}`;
}
