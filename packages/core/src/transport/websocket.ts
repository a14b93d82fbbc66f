import type { Encoded } from '../wire/encoded.js';
import { ProtocolError } from '../wire/errors.js';
import type { Frame, Serializer } from '../wire/serializer.js';
import { after } from './after.js';
import type { Batch, Batching } from './batching.js';
import { ConnectError } from './errors.js';
import type { Vitals } from './heartbeat.js';
import { onAbort } from './on-abort.js';
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
  /** In Node, in place of `onmessage`: messages as they are, without an event object around each. */
  onData?(listener: (data: unknown) => void): void;
  /** `ws` only, as are the next two. */
  terminate?(): void;
  pause?(): void;
  resume?(): void;
  /** In Node: what a transport can do that sees the connection under its socket. */
  seen?: Pick<Transport, 'vitals' | 'ping' | 'channelId'>;
}

/**
 * Opens a WebSocket; a page has its own, and `openWebSocket` of `@wigwag/core/transport/open-websocket` is one for any
 * runtime. It is handed in, so that who does not use WebSocket does not load it.
 */
export type OpenWebSocket = (
  url: string,
  protocols: readonly string[],
  options: object | undefined,
) => WebSocketLike | Promise<WebSocketLike>;

/** Options of `webSocket`. */
export interface WebSocketOptions {
  readonly open: OpenWebSocket;
  /** Offered to the router in this order, as WebSocket subprotocols. */
  readonly serializers: readonly Serializer[];
  /**
   * Whether to ask for batches, where the router can: what is sent in one go travels in one WebSocket message (spec:
   * "Message Batching"): `batching()`, `wigwagBatching()`. Pays where many small messages are sent at once. A batch may
   * have 64 KiB, however short its messages are: `socket.maxPayload`, if there is one, must allow that. Default: no.
   */
  readonly batch?: Batching | undefined;
  /** Milliseconds that the peer has to answer a close before the socket is dropped. Default 2 000. */
  readonly closeTimeout?: number | undefined;
  /** Node only: the options of `ws`, such as `headers` and those of TLS. */
  readonly socket?: object | undefined;
}

/**
 * Connects to a WAMP router over WebSocket (spec: "WebSocket Transport"); the router chooses among the serializers.
 * @param url `ws://…` or `wss://…`
 */
export function webSocket(url: string, options: WebSocketOptions): Connector {
  const { open, serializers, batch, closeTimeout = 2_000, socket: socketOptions } = options;
  const plain = serializers.map(({ subprotocol }) => subprotocol);
  const protocols = batch ? batch.offer(plain) : plain;
  return async (signal) => {
    signal.throwIfAborted();
    const socket = await start(url, () => open(url, protocols, socketOptions));
    socket.binaryType = 'arraybuffer';
    await opened(url, socket, signal);
    const { protocol } = socket;
    for (const serializer of serializers) {
      const { subprotocol } = serializer;
      const batched = batch?.name(subprotocol) === protocol ? batch : undefined;
      if (batched || subprotocol === protocol) {
        return new WebSocketTransport(socket, serializer, url, closeTimeout, batched);
      }
    }
    drop(socket);
    throw new ConnectError(
      `cannot connect to ${url}: the server chose the subprotocol "${protocol}" and not one of ${protocols.join(', ')}`,
    );
  };
}

/** @throws ConnectError when the address is malformed, or not allowed from where this runs */
async function start(url: string, open: () => WebSocketLike | Promise<WebSocketLike>): Promise<WebSocketLike> {
  try {
    return await open();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConnectError(`cannot connect to ${url}: ${why}`, { cause: error });
  }
}

/** Until it is open. @throws ConnectError, and the signal's reason */
function opened(url: string, socket: WebSocketLike, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: { readonly message?: string; readonly error?: unknown } = {};
    const abort = () => {
      drop(socket);
      reject(signal.reason);
    };
    const release = onAbort(signal, abort);
    if (signal.aborted) {
      release();
      abort();
    }

    socket.onerror = (event) => {
      failure = event;
    };
    socket.onclose = ({ code, reason }) => {
      release();
      const why = failure.message || reason || `the connection was refused or broke off (close code ${code})`;
      const text = `cannot connect to ${url}: ${why}. Does a WAMP router listen at this address and path?`;
      reject(new ConnectError(text, { cause: failure.error }));
    };
    socket.onopen = () => {
      release();
      resolve();
    };
  });
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
  declare readonly ping?: NonNullable<Transport['ping']>;
  declare readonly channelId?: NonNullable<Transport['channelId']>;
  readonly #socket: WebSocketLike;
  readonly #closeTimeout: number;
  #owner: TransportOwner | undefined;
  /** What came before there was an owner. */
  #early: Frame[] = [];
  #end: CloseInfo | undefined;
  /** Set once this side closes: stops the wait for the peer's half. */
  #stopClosing: (() => void) | undefined;
  #error: Error | undefined;
  #received = 0;
  #sent = 0;
  /** `undefined` where messages travel one by one. */
  readonly #batch: Batch | undefined;

  constructor(socket: WebSocketLike, serializer: Serializer, url: string, closeTimeout: number, batching?: Batching) {
    this.#batch = batching?.open(serializer, (frame) => this.#send(frame));
    this.#socket = socket;
    this.serializer = serializer;
    this.peer = url;
    this.#closeTimeout = closeTimeout;
    Object.assign(this, socket.seen);
    if (socket.onData) socket.onData((data) => this.#receive(data));
    else socket.onmessage = ({ data }) => this.#receive(data);
    socket.onerror = ({ error }) => {
      if (error instanceof Error) this.#error = error;
    };
    socket.onclose = ({ code, reason }) => this.#finish({ code, reason, error: this.#error });
  }

  get buffered(): number {
    return this.#socket.bufferedAmount + (this.#batch?.size ?? 0);
  }

  /** Where the connection under the socket cannot be seen, messages count as what is received. */
  vitals(): Vitals {
    const backlog = this.#socket.bufferedAmount;
    return { received: this.#received, taken: this.#sent - backlog, backlog: backlog > 0 };
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
    if (this.#end || this.#stopClosing) return;
    if (this.#batch) this.#batch.add(message);
    else this.#send(message.data);
  }

  close(code = 1000, reason = ''): void {
    if (this.#end || this.#stopClosing) return;
    this.#batch?.flush();
    this.#stopClosing = after(this.#closeTimeout, () => this.terminate());
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
    this.#received++;
    const frame = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (typeof frame !== 'string' && !(frame instanceof Uint8Array)) return;
    try {
      const messages = this.#batch?.split(frame) ?? [frame];
      for (const message of messages) {
        if (this.#owner) this.#owner.message(message);
        else this.#early.push(message);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#error = error;
      this.terminate();
    }
  }

  #send(frame: Frame): void {
    if (this.#end) return;
    this.#sent += typeof frame === 'string' ? frame.length : frame.byteLength;
    this.#socket.send(frame);
  }

  #finish(info: CloseInfo): void {
    if (this.#end) return;
    this.#stopClosing?.();
    this.#end = info;
    this.#owner?.close(info);
  }
}
