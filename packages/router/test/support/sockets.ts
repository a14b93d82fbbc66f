import { cbor } from '@wigwag/core/serializer/cbor';
import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { msgpack } from '@wigwag/core/serializer/msgpack';
import type { CloseInfo, Transport, TransportOwner } from '@wigwag/core/transport';
import type { Encoded, Serializer } from '@wigwag/core/wire';
import { WebSocket } from 'ws';
import { Peer } from './peer.js';

export const serializers: readonly Serializer[] = [jsonSlices(), cbor(), msgpack()];

/** A real WebSocket as the far end of what is tested. */
class SocketTransport implements Transport {
  readonly peer = 'router';
  constructor(
    readonly serializer: Serializer,
    private readonly ws: WebSocket,
  ) {}

  get buffered(): number {
    return this.ws.bufferedAmount;
  }

  attach(owner: TransportOwner): void {
    this.ws.on('message', (data: Buffer) => owner.message(new Uint8Array(data)));
    this.ws.on('error', () => {});
    this.ws.on('close', (code, reason) => owner.close({ code, reason: reason.toString() } satisfies CloseInfo));
  }

  send({ data, binary }: Encoded): void {
    this.ws.send(data, { binary });
  }

  close(code?: number): void {
    this.ws.close(code);
  }

  terminate(): void {
    this.ws.terminate();
  }

  pause(): void {
    this.ws.pause();
  }

  resume(): void {
    this.ws.resume();
  }
}

export interface SocketOptions {
  readonly serializer?: Serializer;
  readonly origin?: string;
  readonly autoPong?: boolean;
}

/** A raw client on a real WebSocket, not joined yet. */
export async function dial(url: string, { serializer = jsonSlices(), ...options }: SocketOptions = {}): Promise<Peer> {
  const ws = new WebSocket(url, serializer.subprotocol, options);
  const peer = new Peer(new SocketTransport(serializer, ws));
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  return peer;
}

/** A raw client on a real WebSocket, in `realm1`. */
export async function dialIn(url: string, options: SocketOptions = {}): Promise<Peer & { readonly id: number }> {
  const peer = await dial(url, options);
  const [, id] = await peer.join();
  return Object.assign(peer, { id: Number(id) });
}
