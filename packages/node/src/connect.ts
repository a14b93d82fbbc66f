import type { ClientRequestArgs } from 'node:http';
import type { ConnectionOptions } from 'node:tls';
import type { Batching, ClientOptions, Connector, OpenWebSocket } from '@wigwag/core';
import {
  Client,
  clientSettings,
  connectionSettings,
  heartbeat,
  InvalidArgumentError,
  MAX_BATCH,
  recovery,
  requireSettings,
  waiting,
  webSocket,
  wigwagBatching,
} from '@wigwag/core';
import { json } from '@wigwag/core/serializer/json';
import type { Serializer } from '@wigwag/core/wire';
import { object, rule } from '@wigwag/core/wire';
import { rawSocket } from './raw-socket.js';

/** Options of `connect` and `createClient`: those of a client, and those of its connection. */
export interface NodeClientOptions extends ClientOptions {
  /** Offered to the router in this order. Default: JSON alone; `cbor()` and `msgpack()` are imports of their own. */
  readonly serializers?: readonly Serializer[] | undefined;
  /**
   * Whether what is sent in one go travels in one WebSocket message: `wigwagBatching()`, which asks Wigwag's router alone,
   * `batching()`, which asks any (spec: "Message Batching"), or `false`. Default: `wigwagBatching()`; `false` where
   * `socket.maxPayload` is less than what a batch may have, 64 KiB, however short its messages are.
   */
  readonly batch?: Batching | false | undefined;
  /**
   * How the socket is opened: `headers`, `ca`, `cert`, `key`, `agent` and the like. `maxPayload` is the bytes of the longest
   * WebSocket message that is taken, 100 MiB by default and 0 for any; one that is longer ends the connection.
   */
  readonly socket?: (ClientRequestArgs & ConnectionOptions & { readonly maxPayload?: number }) | undefined;
}

const settings = {
  ...clientSettings,
  ...connectionSettings,
  batch: rule('false or an object, such as batching()', (value) => value === false || object.accepts(value)),
  socket: object,
};

/**
 * A client that does not connect yet: listen to its states first, then call its `connect()`.
 * @param url `ws://…`, `wss://…`, or for RawSocket `rs://host:port`, `rss://host:port`, `rs://unix:/path`
 * @throws InvalidArgumentError for an address or options that are mistaken; InvalidUriError when `options.realm` is none
 */
export function createClient(url: string, options: NodeClientOptions): Client {
  requireSettings(settings, options);
  const { serializers = [json()], socket, batch = takesBatches(socket) && wigwagBatching(), ...client } = options;
  // A process has room for what a page loads only when it is used.
  const all = {
    ...client,
    recovery: client.recovery ?? recovery(),
    waiting: client.waiting ?? waiting(),
    heartbeat: client.heartbeat ?? heartbeat(),
  };
  return new Client(connector(url, { serializers, batch: batch || undefined, socket }), all);
}

/**
 * Connects, joins, and keeps the session alive from then on.
 * @param url as for `createClient`
 * @throws as `createClient`; ConnectError, JoinRefusedError, TimeoutError when the first attempt fails; with
 *   `retry: 'always'` it goes on trying, and only a refusal that is final rejects
 */
export async function connect(url: string, options: NodeClientOptions): Promise<Client> {
  return createClient(url, options).connect();
}

/** Whether a batch of the greatest length is none too long. */
function takesBatches({ maxPayload = 0 }: NodeClientOptions['socket'] = {}): boolean {
  return maxPayload === 0 || maxPayload >= MAX_BATCH;
}

interface Connection {
  readonly serializers: readonly Serializer[];
  readonly batch: Batching | undefined;
  readonly socket: NodeClientOptions['socket'];
}

/** What is not used is not loaded: `ws` alone takes longer to load than a script to publish. */
function connector(url: string, { serializers, batch, socket }: Connection): Connector {
  if (/^rss?:/i.test(url)) return rawSocket(url, { serializers, socket });
  if (!isWebSocketAddress(url)) {
    throw new InvalidArgumentError(`${url} is no address of a router: ws://host:port/path, wss://…, or rs://host:port`);
  }
  return webSocket(url, { serializers, batch, socket, open: openWebSocket });
}

/** What `ws` can open. */
function isWebSocketAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hash } = new URL(url);
  return /^(wss?|https?|ws\+unix):$/.test(protocol) && hash === '';
}

const openWebSocket: OpenWebSocket = async (...args) => (await import('./open-websocket.js')).openWebSocket(...args);
