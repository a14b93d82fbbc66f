import { requireA } from '../session/check.js';
import type { HistoryPage } from '../session/history.js';
import { readHistory } from '../session/history.js';
import type { Client } from './client.js';
import type { ClientHistoryOptions, ClientSubscription } from './options.js';

/**
 * What the router has kept of a subscription's events: `(await historyOf(client, subscription, { limit: 10 })).events`.
 * @throws InvalidArgumentError; FeatureNotSupportedError where the router keeps none, and as `Client.call` does
 */
export async function historyOf(
  client: Client,
  subscription: ClientSubscription,
  options: ClientHistoryOptions = {},
): Promise<HistoryPage> {
  requireA('client', client, 'withSession');
  requireA('subscription', subscription, 'id');
  return client.withSession(options, (session, request) => readHistory(session, subscription, request));
}
