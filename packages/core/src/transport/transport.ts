import type { Encoded } from '../wire/encoded.js';
import type { Frame, Serializer } from '../wire/serializer.js';
import type { ChannelIdType } from './channel-id.js';
import type { Vitals } from './heartbeat.js';

/** Why and how a transport ended. */
export interface CloseInfo {
  /** WebSocket close code (RFC 6455, 7.4), or its nearest relative elsewhere; 1006 when there was no close handshake. */
  readonly code: number;
  readonly reason: string;
  readonly error?: Error | undefined;
}

/** What a transport tells its owner. `close` comes exactly once and last. */
export interface TransportOwner {
  message(frame: Frame): void;
  /**
   * Messages that came together in so many bytes, from a router's transport: the owner takes each when it has time for
   * it, and until then they are those bytes and no more. Not there: each is told at once.
   */
  batch?(messages: IterableIterator<Frame>, bytes: number): void;
  /** A frame of so many bytes that carries no message, such as a PING, which the transport has dealt with. */
  control?(bytes: number): void;
  /**
   * The peer broke the transport's own rules, and nothing more of it is read: the owner says why, once it has handled what
   * came before, and closes the transport. Not there: the transport closes itself.
   */
  violated?(info: CloseInfo): void;
  close(info: CloseInfo): void;
}

/** One open connection that carries whole messages, in order. */
export interface Transport {
  readonly serializer: Serializer;
  /** Bytes accepted by `send` that the peer's side has not taken yet. */
  readonly buffered: number;
  /** Bytes of the longest message that the peer takes, where the transport itself agreed on that. */
  readonly maxSend?: number;
  /** What the router logs of the peer: its address and the like. */
  readonly peer: string;
  /**
   * Whether the peer is surely on this machine: in this process, at a unix socket, or at a loopback address with no
   * proxy in between. Not there: nobody knows.
   */
  readonly local?: boolean;
  /**
   * Bytes that only the two ends of this connection know (RFC 9266, RFC 5929), to tie a login to it; `undefined`, or not
   * there at all, where there is no TLS, or not of that version.
   */
  channelId?(type: ChannelIdType): Uint8Array | undefined;
  /** What tells whether the peer lives; not there where that is beyond doubt, as in one process. */
  vitals?(): Vitals;
  /**
   * Asks the peer's transport for a sign of life; not there where it has no pings, or where they are not ours to send.
   * @param known whether the peer said that it takes pings; some hang up on those of RawSocket
   * @returns whether it was asked
   */
  ping?(known: boolean): boolean;
  /** Sets who is told; messages that came before are told at once, in order. Call it once. */
  attach(owner: TransportOwner): void;
  /** Silently does nothing once closing: the owner hears of it through `close`. */
  send(message: Encoded): void;
  /** Flushes what was sent, then closes; bounded in time, and harmless when repeated. */
  close(code?: number, reason?: string): void;
  /** Drops the connection at once, with all that is buffered. */
  terminate(): void;
  /** Stops and restarts reading from the peer. */
  pause(): void;
  resume(): void;
}

/** Opens a connection; rejects with `ConnectError` when nothing answers, and with the signal's reason when aborted. */
export type Connector = (signal: AbortSignal) => Promise<Transport>;
