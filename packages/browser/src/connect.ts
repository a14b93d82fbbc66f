import type { Batching, ClientOptions } from '@wigwag/core';
import { Client, clientSettings, connectionSettings, requireSettings, webSocket } from '@wigwag/core';
import { json } from '@wigwag/core/serializer/json';
import { openWebSocket } from '@wigwag/core/transport/open-websocket';
import type { Serializer } from '@wigwag/core/wire';
import { wakeWithPage } from './wake.js';

/** Options of `connect` and `createClient`: those of a client, and those of its connection. */
export interface BrowserClientOptions extends ClientOptions {
  /** Offered to the router in this order. Default: JSON alone; `cbor()` and `msgpack()` are imports of their own. */
  readonly serializers?: readonly Serializer[] | undefined;
  /** `batching()`: what is sent in one go travels in one WebSocket message, where the router can (spec: "Message Batching"). Default: no. */
  readonly batch?: Batching | undefined;
}

/**
 * A client that does not connect yet: listen to its states first, then call its `connect()`. It stops waiting and
 * tries at once when the network comes back and when its page is looked at again.
 * @param url `ws://…`, `wss://…`, or a path on the page's own host, such as `/ws`
 * @throws InvalidArgumentError for options that are mistaken; InvalidUriError when `options.realm` is none
 */
export function createClient(url: string, options: BrowserClientOptions): Client {
  requireSettings({ ...clientSettings, ...connectionSettings }, options);
  const { serializers = [json()], batch, ...rest } = options;
  const client = new Client(webSocket(absolute(url), { serializers, batch, open: openWebSocket }), rest);
  wakeWithPage(client);
  return client;
}

/**
 * Connects, joins, and keeps the session alive from then on.
 * @param url `ws://…`, `wss://…`, or a path on the page's own host, such as `/ws`
 * @throws as `createClient`; ConnectError, JoinRefusedError, TimeoutError when the first attempt fails; with
 *   `retry: 'always'` it goes on trying, and only a refusal that is final rejects
 */
export async function connect(url: string, options: BrowserClientOptions): Promise<Client> {
  return createClient(url, options).connect();
}

/** Older browsers' WebSocket takes no relative address, and none with `http`. */
function absolute(url: string): string {
  return new URL(url, location.href).href.replace(/^http/, 'ws');
}
