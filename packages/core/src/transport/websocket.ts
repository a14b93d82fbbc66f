import WebSocket from 'isomorphic-ws';
import type { Encoded } from '../wire/encoded.js';
import type { Frame, Serializer } from '../wire/serializer.js';
import { ConnectError } from './errors.js';
import type { CloseInfo, Connector, Transport, TransportOwner } from './transport.js';

/** What this file uses of a WebSocket; the browser's and that of `ws` both have it. */
export interface WebSocketLike {
  binaryType: string;
  readonly protocol: string;
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onerror: ((event: { readonly message?: string; readonly error?: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  send(data: Frame): void;
  close(code?: number, reason?: string): void;
  /** `ws` only. */
  terminate?(): void;
  pause?(): void;
  resume?(): void;
}

/** Options of `webSocket`. */
export interface WebSocketOptions {
  /** Offered to the router in this order, as WebSocket subprotocols. */
  readonly serializers: readonly Serializer[];
  /** Milliseconds that the peer has to answer a close before the socket is dropped. Default 2 000. */
  readonly closeTimeout?: number;
  /** Node only: the options of `ws`, such as `headers` and those of TLS. */
  readonly socket?: object | undefined;
}

/**
 * Connects to a WAMP router over WebSocket (spec: "WebSocket Transport"); the router chooses among the serializers.
 * @param url `ws://…` or `wss://…`
 */
export function webSocket(url: string, { serializers, closeTimeout = 2_000, socket }: WebSocketOptions): Connector {
  return (signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const protocols = serializers.map(({ subprotocol }) => subprotocol);
      const opened = openSocket(url, protocols, socket);
      opened.binaryType = 'arraybuffer';
      let failure: { readonly message?: string; readonly error?: unknown } = {};

      const release = () => signal.removeEventListener('abort', abort);
      const fail = (why: string) => {
        release();
        reject(new ConnectError(`cannot connect to ${url}: ${why}`, { cause: failure.error }));
      };
      const abort = () => {
        release();
        drop(opened);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });

      opened.onerror = (event) => {
        failure = event;
      };
      opened.onclose = ({ code, reason }) => {
        const why = failure.message || reason || `the connection was refused or broke off (close code ${code})`;
        fail(`${why}. Does a WAMP router listen at this address and path?`);
      };
      opened.onopen = () => {
        const chosen = serializers.find(({ subprotocol }) => subprotocol === opened.protocol);
        if (chosen) {
          release();
          resolve(new WebSocketTransport(opened, chosen, url, closeTimeout));
          return;
        }
        drop(opened);
        fail(`the server chose the subprotocol "${opened.protocol}" and not one of ${protocols.join(', ')}`);
      };
    });
}

/** @throws ConnectError when the address is malformed, or not allowed from where this runs */
function openSocket(url: string, protocols: readonly string[], options: object | undefined): WebSocketLike {
  try {
    return options ? new WebSocket(url, protocols, options) : new WebSocket(url, protocols);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConnectError(`cannot connect to ${url}: ${why}`, { cause: error });
  }
}

/** Forgets a socket: nothing that still comes from it is heard. */
function drop(socket: WebSocketLike): void {
  // `ws` throws an error event without a listener, also for one it raises itself when it is dropped while connecting.
  socket.onerror = () => {};
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
  if (socket.terminate) socket.terminate();
  else socket.close();
}

class WebSocketTransport implements Transport {
  readonly serializer: Serializer;
  readonly peer: string;
  readonly #socket: WebSocketLike;
  readonly #closeTimeout: number;
  #owner: TransportOwner | undefined;
  /** What came before there was an owner. */
  #early: Frame[] = [];
  #end: CloseInfo | undefined;
  #closing: Timer | undefined;
  #error: Error | undefined;

  constructor(socket: WebSocketLike, serializer: Serializer, url: string, closeTimeout: number) {
    this.#socket = socket;
    this.serializer = serializer;
    this.peer = url;
    this.#closeTimeout = closeTimeout;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onerror = ({ error }) => {
      if (error instanceof Error) this.#error = error;
    };
    socket.onclose = ({ code, reason }) => this.#finish({ code, reason, error: this.#error });
  }

  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  attach(owner: TransportOwner): void {
    if (this.#owner) throw new Error('this transport has an owner already: attach it once');
    this.#owner = owner;
    const early = this.#early;
    this.#early = [];
    for (const frame of early) owner.message(frame);
    if (this.#end) owner.close(this.#end);
  }

  send(message: Encoded): void {
    if (!this.#end && this.#closing === undefined) this.#socket.send(message.data);
  }

  close(code = 1000, reason = ''): void {
    if (this.#end || this.#closing !== undefined) return;
    this.#closing = setTimeout(() => this.terminate(), this.#closeTimeout);
    this.#socket.close(code, reason);
  }

  terminate(): void {
    if (this.#end) return;
    drop(this.#socket);
    this.#finish({ code: 1006, reason: 'dropped by this side', error: this.#error });
  }

  pause(): void {
    this.#socket.pause?.();
  }

  resume(): void {
    this.#socket.resume?.();
  }

  #receive(data: unknown): void {
    const frame = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (typeof frame !== 'string' && !(frame instanceof Uint8Array)) return;
    if (this.#owner) this.#owner.message(frame);
    else this.#early.push(frame);
  }

  #finish(info: CloseInfo): void {
    if (this.#end) return;
    clearTimeout(this.#closing);
    this.#end = info;
    this.#owner?.close(info);
  }
}
