import { requireHandler, requireOptions } from '../session/check.js';
import { disposing } from '../session/disposing.js';
import type { Roles } from '../session/role.js';
import type { EventHandler } from '../session/run-handler.js';
import type { Uri } from '../wire/messages.js';
import type { BaseClient } from './base-client.js';
import type { ClientSubscribeOptions, ClientSubscription } from './options.js';
import type { Recover, Subscribes } from './subscribing.js';
import { Wanted } from './wanted.js';

/** What `subscribe` of a client does; see there. @param recover how the subscription is kept from session to session */
export async function subscribe<R extends Roles & Subscribes>(
  client: BaseClient<R>,
  topic: Uri,
  handler: EventHandler,
  options: ClientSubscribeOptions,
  recover: Recover<R>,
): Promise<ClientSubscription> {
  requireOptions(options);
  requireHandler(handler);
  const { offline, signal, recover: required, ...rest } = options;
  // Not behind `giveUp`, though the session may have more of them in hand: it hears of that when it is open at the earliest.
  const heard: EventHandler = (event) => (wanted.given ? undefined : handler(event));
  const subscribing = recover({ topic, handler: heard, options: rest, recover: required, report: client.report });
  const wanted: Wanted<R> = new Wanted('subscription', topic, (session) => subscribing.open(session));
  await client.keep(wanted, { offline, signal });
  const unsubscribe = () => client.giveUp(wanted);
  const subscription = {
    topic,
    get id() {
      return wanted.id;
    },
    get recovers() {
      return subscribing.recovers;
    },
    unsubscribe,
  };
  return disposing(subscription, unsubscribe);
}
