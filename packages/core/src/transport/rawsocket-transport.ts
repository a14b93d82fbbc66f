import type { Encoded } from '../wire/encoded.js';
import { ProtocolError } from '../wire/errors.js';
import { framed } from '../wire/framed.js';
import type { Serializer } from '../wire/serializer.js';
import { after } from './after.js';
import type { ChannelIdType } from './channel-id.js';
import type { Vitals } from './heartbeat.js';
import { Pongs } from './pongs.js';
import { FrameReader, FrameType, frameOf, join, writeFrame } from './rawsocket-frames.js';
import type { CloseInfo, Transport, TransportOwner } from './transport.js';

/** Bytes of answers to PINGs that may wait for the peer to read them. */
const MAX_PONGS = 64 * 1024;

/** Bytes up to which frames are copied into one piece, for a write costs more than that. */
const MAX_COPIED = 64 * 1024;

/** What this file uses of a `net.Socket` or `tls.TLSSocket`. */
export interface ByteStream {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly writableLength: number;
  write(bytes: Uint8Array, written?: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
  /** TCP only: lets the peer know that this was no orderly end. */
  resetAndDestroy?(): unknown;
  pause(): unknown;
  resume(): unknown;
  cork(): void;
  uncork(): void;
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Options of a `RawSocketTransport`. */
export interface RawSocketOptions {
  readonly serializer: Serializer;
  /** How the peer is called in logs. */
  readonly peer: string;
  /** See `Transport.local`. */
  readonly local?: boolean;
  /** The longest message that this side receives, bytes; announced in the handshake. */
  readonly maxReceive: number;
  /** The longest message that the peer receives, bytes; it announced that. */
  readonly maxSend: number;
  /** Milliseconds that the peer has to end its side after a close. Default 2 000. */
  readonly closeTimeout?: number;
  /** When what was sent is written: the default gathers what one synchronous run of code sends. */
  readonly schedule?: (run: () => void) => void;
  /** See `Transport.channelId`. */
  readonly channelId?: (type: ChannelIdType) => Uint8Array | undefined;
  /** Bytes that came behind the handshake. */
  readonly early?: Uint8Array;
}

/** A RawSocket connection behind its handshake (spec: "RawSocket"); the same at either end. */
export class RawSocketTransport implements Transport {
  readonly serializer: Serializer;
  readonly peer: string;
  readonly local: boolean;
  readonly maxSend: number;
  readonly channelId: (type: ChannelIdType) => Uint8Array | undefined;
  readonly #stream: ByteStream;
  readonly #reader: FrameReader;
  /** Not behind what is queued: a peer that reads nothing else gets these all the same. */
  readonly #pongs = new Pongs(MAX_PONGS, (payload, written) => {
    if (!this.#end && !this.#stopClosing) this.#stream.write(writeFrame(FrameType.PONG, payload), written);
  });
  readonly #closeTimeout: number;
  readonly #schedule: (run: () => void) => void;
  #owner: TransportOwner | undefined;
  #early: Uint8Array[] = [];
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #end: CloseInfo | undefined;
  #error: Error | undefined;
  #orderly = false;
  #broken = false;
  #knowsPings = false;
  /** Set once this side closes: stops the wait for the peer's half. */
  #stopClosing: (() => void) | undefined;

  constructor(stream: ByteStream, options: RawSocketOptions) {
    this.serializer = options.serializer;
    this.peer = options.peer;
    this.local = options.local ?? false;
    this.maxSend = options.maxSend;
    this.channelId = options.channelId ?? (() => undefined);
    this.#stream = stream;
    this.#closeTimeout = options.closeTimeout ?? 2_000;
    this.#schedule = options.schedule ?? queueMicrotask;
    this.#reader = new FrameReader(options.maxReceive, (type, payload) => this.#receive(type, payload));
    stream.on('data', (bytes) => this.#read(bytes));
    stream.on('end', () => {
      this.#orderly = true;
      this.close();
    });
    stream.on('error', (error) => {
      this.#error ??= error;
    });
    stream.on('close', () => {
      const orderly = this.#orderly && !this.#error;
      this.#finish({ code: orderly ? 1000 : 1006, reason: '', error: this.#error });
    });
    if (options.early && options.early.byteLength > 0) this.#read(options.early);
  }

  /** Whether the peer has sent a PING or a PONG: there are some that take those for broken messages, and hang up. */
  get knowsPings(): boolean {
    return this.#knowsPings;
  }

  get buffered(): number {
    return this.#queuedBytes + this.#stream.writableLength;
  }

  attach(owner: TransportOwner): void {
    if (this.#owner) throw new Error('this transport has an owner already: attach it once');
    this.#owner = owner;
    for (const payload of this.#early.splice(0)) owner.message(payload);
    if (this.#end) owner.close(this.#end);
  }

  send(message: Encoded): void {
    if (this.#end || this.#stopClosing) return;
    this.#write(framed(message, frameOf));
  }

  vitals(): Vitals {
    const { bytesRead, bytesWritten, writableLength } = this.#stream;
    return { received: bytesRead, taken: bytesWritten - writableLength, backlog: writableLength > 0 };
  }

  ping(known: boolean): boolean {
    if (!known && !this.#knowsPings) return false;
    if (!this.#end && !this.#stopClosing) this.#write(writeFrame(FrameType.PING, new Uint8Array(0)));
    return true;
  }

  close(): void {
    if (this.#end || this.#stopClosing) return;
    this.#flush();
    this.#stopClosing = after(this.#closeTimeout, () => this.terminate());
    this.#orderly = true;
    this.#stream.end();
  }

  terminate(): void {
    if (this.#end) return;
    this.#queue = [];
    this.#queuedBytes = 0;
    if (this.#stream.resetAndDestroy) this.#stream.resetAndDestroy();
    else this.#stream.destroy();
    this.#finish({ code: 1006, reason: 'dropped by this side', error: this.#error });
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  #read(bytes: Uint8Array): void {
    if (this.#end || this.#broken) return;
    try {
      this.#reader.push(bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#fail(error);
    }
  }

  /** What follows a broken frame cannot be told apart; the owner hears of it while there is a way to say why. */
  #fail(error: ProtocolError): void {
    const info = { code: 1002, reason: error.message, error };
    const owner = this.#owner;
    this.#broken = true;
    if (owner?.violated) owner.violated(info);
    else if (owner) {
      this.#owner = undefined;
      owner.close(info);
      this.close();
    } else {
      this.#end = info;
      this.#stream.destroy();
    }
  }

  #receive(type: FrameType, payload: Uint8Array): void {
    if (this.#end) return;
    if (type !== FrameType.MESSAGE) {
      this.#knowsPings = true;
      this.#owner?.control?.(payload.byteLength);
    }
    if (type === FrameType.PING) this.#pongs.answer(payload);
    else if (type === FrameType.MESSAGE) {
      if (this.#owner) this.#owner.message(payload);
      else this.#early.push(payload);
    }
  }

  #write(frame: Uint8Array): void {
    if (this.#queue.length === 0) this.#schedule(() => this.#flush());
    this.#queue.push(frame);
    this.#queuedBytes += frame.byteLength;
  }

  #flush(): void {
    if (this.#queue.length === 0 || this.#end) return;
    const queue = this.#queue;
    const pieces = this.#queuedBytes <= MAX_COPIED ? [join(queue)] : queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#stream.cork();
    for (const piece of pieces) this.#stream.write(piece);
    this.#stream.uncork();
  }

  #finish(info: CloseInfo): void {
    if (this.#end) return;
    this.#stopClosing?.();
    this.#end = info;
    this.#owner?.close(info);
  }
}
