import type { BaseClientOptions, Batching, Connector } from '@wigwag/core';
import { webSocket } from '@wigwag/core';
import { json } from '@wigwag/core/serializer/json';
import type { Serializer } from '@wigwag/core/wire';
import { openWebSocket } from './open-websocket.js';

/** How a page connects. */
export interface ConnectionOptions {
  /** Offered to the router in this order. Default: JSON alone; `cbor()` and `msgpack()` are imports of their own. */
  readonly serializers?: readonly Serializer[] | undefined;
  /**
   * Whether what is sent in one go travels in one WebSocket message: `wigwagBatching()`, which asks Wigwag's router alone,
   * or `batching()`, which asks any (spec: "Message Batching"). Default: no.
   */
  readonly batch?: Batching | undefined;
}

/** Options of any client, and those of its connection. */
export interface BaseBrowserOptions extends BaseClientOptions, ConnectionOptions {}

/**
 * What opens connections, and what is left of the options for the client.
 * @param url `ws://…`, `wss://…`, or a path on the page's own host, such as `/ws`
 */
export function connection<Options extends ConnectionOptions>(
  url: string,
  { serializers = [json()], batch, ...client }: Options,
): { readonly connector: Connector; readonly client: Omit<Options, keyof ConnectionOptions> } {
  const { location }: { location?: Location } = globalThis;
  // Older browsers' WebSocket takes no relative address, and none with `http`.
  const address = new URL(url, location?.href).href.replace(/^http/, 'ws');
  return { connector: webSocket(address, { serializers, batch, open: openWebSocket }), client };
}
