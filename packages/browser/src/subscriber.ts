/** For pages that only subscribe: the smaller half of `@wigwag/browser`, with the same options. */
import { baseSettings, connectionSettings, requireSettings, SubscriberClient } from '@wigwag/core';
import type { BaseBrowserOptions } from './connection.js';
import { connection } from './connection.js';
import { wakeWithPage } from './wake.js';

export * from '@wigwag/core';
export type { BaseBrowserOptions } from './connection.js';

/**
 * A client that subscribes and does nothing else, and does not connect yet; see `createClient` of `@wigwag/browser`.
 * @throws InvalidArgumentError for options that are mistaken; InvalidUriError when `options.realm` is none
 */
export function createClient(url: string, options: BaseBrowserOptions): SubscriberClient {
  requireSettings({ ...baseSettings, ...connectionSettings }, options);
  const { connector, client } = connection(url, options);
  return wakeWithPage(new SubscriberClient(connector, client));
}

/** Connects, joins, and keeps the session alive from then on; see `connect` of `@wigwag/browser`. */
export async function connect(url: string, options: BaseBrowserOptions): Promise<SubscriberClient> {
  return createClient(url, options).connect();
}
