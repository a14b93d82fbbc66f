import type { Socket } from 'node:net';
import type { CloseInfo, Sighting, Transport, TransportOwner } from '@wigwag/core/transport';
import { Pongs, readBatch } from '@wigwag/core/transport';
import type { ChannelIdType } from '@wigwag/core/transport/channel-id';
import type { Encoded, Frame, Serializer } from '@wigwag/core/wire';
import { ErrorUri, framed, ProtocolError } from '@wigwag/core/wire';
import { WebSocket } from 'ws';
import { channelIdFor } from './channel-id.js';
import { frameLength } from './frame.js';
import { Gatherer } from './gatherer.js';
import { batchesLike, binaryBatches, type Layout, single, textBatches } from './layout.js';
import type { Monitor, Monitored } from './monitor.js';
import type { Subprotocol } from './subprotocol.js';
import type { Flushable, WriteTurn } from './write-turn.js';

/** What a WebSocket tells its transport. */
interface SocketOwner {
  received(data: unknown, isBinary: boolean): void;
  pinged(payload: Uint8Array): void;
  ponged(payload: Uint8Array): void;
  failed(error: Error): void;
  /** It is about to write its close frame, whoever asked for that. */
  closing(): void;
  closed(code: number, reason: string): void;
}

/**
 * `ws`, which tells its transport directly: five listeners and the table that an emitter keeps them in take half a
 * kilobyte of each connection, and to find one in that table is most of what a message costs on its way here.
 */
export class OwnedWebSocket extends WebSocket {
  owner: SocketOwner | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    if (this.readyState === WebSocket.OPEN) this.owner?.closing();
    super.close(code, reason);
  }

  /** `error` needs no listener then: an owner hears of it. */
  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const { owner } = this;
    if (owner && event === 'message') owner.received(first, second === true);
    else if (owner && event === 'ping' && first instanceof Uint8Array) owner.pinged(first);
    else if (owner && event === 'pong' && first instanceof Uint8Array) owner.ponged(first);
    else if (owner && event === 'error' && first instanceof Error) owner.failed(first);
    else {
      if (event === 'close') owner?.closed(Number(first), String(second));
      return super.emit(event, first, second);
    }
    return true;
  }
}

/** Who is at the other end, as in `Transport`. */
export interface Client {
  readonly peer: string;
  readonly local: boolean;
}

/** What all WebSockets of a listener have in common. */
export interface Surroundings {
  readonly turn: WriteTurn;
  readonly monitor: Monitor;
  /** Runs its argument when a peer has had its time to answer a close frame; returns what stops it. */
  afterClosing(run: () => void): () => void;
}

/**
 * A WebSocket as a transport. Receiving is `ws`; sending goes around it: frames that were made once for all their
 * receivers are written to the TCP socket itself, those of one turn of the event loop in one write.
 */
export class WebSocketTransport implements Transport, Flushable, Monitored, SocketOwner {
  readonly serializer: Serializer;
  readonly peer: string;
  readonly local: boolean;
  readonly #ws: OwnedWebSocket;
  readonly #socket: Socket;
  readonly #surroundings: Surroundings;
  readonly #batched: boolean;
  /** How messages are put on the wire. */
  #layout: Layout;
  /** From the first PING on. */
  #pongs: Pongs | undefined;
  #owner: TransportOwner | undefined;
  /** There while something is to be written. */
  #queue: Encoded[] | undefined;
  #queuedBytes = 0;
  #paused = false;
  /** Whether this side has ended it. */
  #ended = false;
  #error: Error | undefined;
  /** Stops the wait for the peer's close frame. */
  #stopClosing: (() => void) | undefined;

  /** @param socket the TCP socket that `ws` was made from */
  constructor(
    ws: OwnedWebSocket,
    socket: Socket,
    { peer, local }: Client,
    { serializer, batched }: Subprotocol,
    surroundings: Surroundings,
  ) {
    this.serializer = serializer;
    this.#batched = batched;
    this.#layout = !batched ? single : serializer.binary ? binaryBatches : textBatches;
    this.peer = peer;
    this.local = local;
    this.#ws = ws;
    this.#socket = socket;
    this.#surroundings = surroundings;
    ws.owner = this;
    surroundings.monitor.add(this);
  }

  channelId(type: ChannelIdType): Uint8Array | undefined {
    return channelIdFor(this.#socket)(type);
  }

  get buffered(): number {
    return this.#queuedBytes + this.#socket.writableLength;
  }

  attach(owner: TransportOwner): void {
    this.#owner = owner;
  }

  send(message: Encoded): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (this.#queue) this.#queue.push(message);
    else {
      this.#queue = [message];
      this.#surroundings.turn.add(this);
    }
    this.#queuedBytes += frameLength(message.size);
  }

  /** Writes what is queued, in order; `ws` writes whole frames too, so they never mix. */
  flush(gatherer: Gatherer): void {
    const queue = this.#queue;
    const bytes = this.#queuedBytes;
    this.#queue = undefined;
    this.#queuedBytes = 0;
    // Once a close frame is out nothing may follow it.
    if (!queue || this.#ws.readyState !== WebSocket.OPEN) return;
    const [only] = queue;
    const layout = this.#layout;
    if (only && queue.length === 1) this.#socket.write(framed(only, layout.alone));
    else {
      const piece = gatherer.gather(layout, queue, bytes);
      if (piece) this.#socket.write(piece);
      else this.#writeEach(layout.apart(queue));
    }
  }

  #writeEach(parts: readonly Uint8Array[]): void {
    this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    this.#socket.uncork();
  }

  close(code = 1000, reason = ''): void {
    this.#ended = true;
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ended = true;
    this.#ws.terminate();
  }

  pause(): void {
    this.#paused = true;
    this.#ws.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#ws.resume();
  }

  ping(): boolean {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
    return true;
  }

  sight(now: number): Sighting {
    const { bytesRead, bytesWritten, writableLength } = this.#socket;
    return {
      now,
      received: bytesRead,
      taken: bytesWritten - writableLength,
      backlog: writableLength > 0,
      paused: this.#paused,
    };
  }

  received(data: unknown, isBinary: boolean): void {
    // What comes behind the message that ended the session is not looked at.
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    const { binary, subprotocol } = this.serializer;
    // In one piece, as `ws` is told to by default.
    if (!(data instanceof Uint8Array)) throw new Error('a message of ws is a buffer');
    if (isBinary === binary && this.#batched) this.#receiveBatch(data);
    else if (isBinary === binary) this.#owner?.message(data);
    else this.#violated(new ProtocolError(`${subprotocol} goes in ${binary ? 'binary' : 'text'} messages only`));
  }

  pinged(payload: Uint8Array): void {
    this.#owner?.control?.(payload.byteLength);
    // One at a time: who reads none of them gets the answer to the latest PING once he does (RFC 6455, 5.5.3).
    this.#pongs ??= new Pongs(0, (answer, written) => {
      if (this.#ws.readyState === WebSocket.OPEN) this.#ws.pong(answer, false, written);
    });
    this.#pongs.answer(payload);
  }

  ponged(payload: Uint8Array): void {
    this.#owner?.control?.(payload.byteLength);
  }

  failed(error: Error): void {
    this.#error ??= error;
  }

  closing(): void {
    this.flush(new Gatherer());
    this.#stopClosing = this.#surroundings.afterClosing(() => this.#ws.terminate());
  }

  closed(code: number, reason: string): void {
    this.#stopClosing?.();
    this.#surroundings.monitor.remove(this);
    this.#queue = undefined;
    this.#queuedBytes = 0;
    this.#owner?.close(closeInfo(code, reason, this.#error));
  }

  #receiveBatch(batch: Uint8Array): void {
    const { binary } = this.serializer;
    // The client speaks first, and is answered as it speaks.
    if (!binary) this.#layout = batchesLike(batch);
    try {
      const messages = this.#wanted(readBatch(batch, binary));
      if (this.#owner?.batch) this.#owner.batch(messages, batch.byteLength);
      else for (const message of messages) this.#owner?.message(message);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#violated(error);
    }
  }

  /** The owner hears of it while there is still a way to say why. */
  #violated(error: ProtocolError): void {
    if (this.#owner?.violated) this.#owner.violated({ code: PROTOCOL_ERROR, reason: '', error });
    else {
      this.#error ??= error;
      this.close(PROTOCOL_ERROR);
    }
  }

  /** What comes behind the message that ended the session is not looked at. */
  *#wanted(messages: IterableIterator<Frame>): IterableIterator<Frame> {
    for (const message of messages) {
      if (this.#ended) return;
      yield message;
    }
  }
}

// WebSocket close codes (RFC 6455, 7.4.1).
const PROTOCOL_ERROR = 1002;
const MESSAGE_TOO_BIG = 1009;

/** What the peer did wrong at the level of WebSocket, which `ws` has answered with a close frame, as a violation. */
function closeInfo(code: number, reason: string, error: Error | undefined): CloseInfo {
  if (!error) return { code, reason };
  const id = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (!id.startsWith('WS_ERR_')) return { code, reason, error };
  const tooBig = id === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
  const uri = tooBig ? ErrorUri.PAYLOAD_SIZE_EXCEEDED : ErrorUri.PROTOCOL_VIOLATION;
  const message = tooBig ? 'a message is over the limit that WELCOME announces' : error.message;
  return {
    code: tooBig ? MESSAGE_TOO_BIG : code,
    reason,
    error: new ProtocolError(message, uri, undefined, { cause: error }),
  };
}
