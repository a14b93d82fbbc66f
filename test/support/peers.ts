import type { ClientOptions, Connector } from '@wigwag/core';
import { batching, Client, linkedPair, recovery, waiting, webSocket } from '@wigwag/core';
import { cbor } from '@wigwag/core/serializer/cbor';
import { json } from '@wigwag/core/serializer/json';
import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { msgpack } from '@wigwag/core/serializer/msgpack';
import { openWebSocket } from '@wigwag/core/transport/open-websocket';
import type { Serializer } from '@wigwag/core/wire';
import { rawSocket } from '@wigwag/node';
import type { RouterOptions } from '@wigwag/router';
import { Router } from '@wigwag/router';

export type Format = 'json' | 'cbor' | 'msgpack';
export type Carrier = 'memory' | 'websocket' | 'batched' | 'rawsocket';

export const formats: readonly Format[] = ['json', 'cbor', 'msgpack'];
export const carriers: readonly Carrier[] = ['memory', 'websocket', 'batched', 'rawsocket'];

/** The client's engine of each format, and the router's. */
const engines: Readonly<Record<Format, () => readonly [client: Serializer, router: Serializer]>> = {
  json: () => [json(), jsonSlices()],
  cbor: () => [cbor(), cbor()],
  msgpack: () => [msgpack(), msgpack()],
};

/** A router and clients of it over any carrier and format; `close` leaves nothing behind. */
export class Stage {
  readonly router: Router;
  readonly url: string;
  readonly rawUrl: string;
  readonly #clients: Client[] = [];

  private constructor(router: Router, url: string, rawUrl: string) {
    this.router = router;
    this.url = url;
    this.rawUrl = rawUrl;
  }

  static async open(options: RouterOptions = {}): Promise<Stage> {
    const router = new Router(options);
    const { url } = await router.listen({ port: 0 });
    const raw = await router.listen({ protocol: 'rawsocket', port: 0 });
    return new Stage(router, url, raw.url);
  }

  /** A client that has not connected yet. */
  client(carrier: Carrier, format: Format, options: Partial<ClientOptions> = {}): Client {
    const [ours, theirs] = engines[format]();
    const overMemory = async () => {
      const [near, far] = linkedPair([ours, theirs], { schedule: (run) => void setImmediate(run) });
      this.router.attach(far);
      return near;
    };
    const serializers = [ours];
    const connectors: Readonly<Record<Carrier, Connector>> = {
      memory: overMemory,
      websocket: webSocket(this.url, { serializers, open: openWebSocket }),
      batched: webSocket(this.url, { serializers, batch: batching(), open: openWebSocket }),
      rawsocket: rawSocket(this.rawUrl, { serializers }),
    };
    const connector = connectors[carrier];
    const client = new Client(connector, { realm: 'realm1', recovery: recovery(), waiting: waiting(), ...options });
    this.#clients.push(client);
    return client;
  }

  join(carrier: Carrier, format: Format, options: Partial<ClientOptions> = {}): Promise<Client> {
    return this.client(carrier, format, options).connect();
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.router.close();
  }
}
