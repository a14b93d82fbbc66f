import { requireA } from '../session/check.js';
import type { Confirmation } from '../session/confirmation.js';
import { awaitConfirmations } from '../session/confirmation.js';
import type { Uri } from '../wire/messages.js';
import type { Client } from './client.js';
import type { ClientConfirmedOptions } from './options.js';

/**
 * Publishes, and resolves with how many of those who got it have confirmed it: once all have, or after `timeout`.
 * @throws FeatureNotSupportedError where the router does not count confirmations, and as `Client.publish` and
 *   `Client.call` do
 */
export async function publishConfirmed(
  client: Client,
  topic: Uri,
  args?: readonly unknown[],
  options: ClientConfirmedOptions = {},
): Promise<Confirmation> {
  requireA('client', client, 'withSession');
  return client.withSession(options, (session, rest) => awaitConfirmations(session, topic, args, rest));
}
