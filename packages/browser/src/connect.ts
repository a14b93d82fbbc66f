import type { ClientOptions } from '@wigwag/core';
import { Client, clientSettings, connectionSettings, requireSettings } from '@wigwag/core';
import type { ConnectionOptions } from './connection.js';
import { connection } from './connection.js';
import { wakeWithPage } from './wake.js';

/** Options of `connect` and `createClient`: those of a client, and those of its connection. */
export interface BrowserClientOptions extends ClientOptions, ConnectionOptions {}

/**
 * A client that does not connect yet: listen to its states first, then call its `connect()`. It stops waiting and
 * tries at once when the network comes back and when its page is looked at again.
 * @param url `ws://…`, `wss://…`, or a path on the page's own host, such as `/ws`
 * @throws InvalidArgumentError for options that are mistaken; InvalidUriError when `options.realm` is none
 */
export function createClient(url: string, options: BrowserClientOptions): Client {
  requireSettings({ ...clientSettings, ...connectionSettings }, options);
  const { connector, client } = connection(url, options);
  return wakeWithPage(new Client(connector, client));
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
