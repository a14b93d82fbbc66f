import type { EventHandler } from '../session/run-handler.js';
import { Subscriber } from '../session/subscriber.js';
import type { Connector } from '../transport/transport.js';
import type { Uri } from '../wire/messages.js';
import { requireSettings } from '../wire/settings.js';
import { BaseClient } from './base-client.js';
import type { BaseClientOptions, ClientSubscription, SubscriberClientOptions } from './options.js';
import { baseSettings } from './settings.js';
import { subscribe } from './subscribe.js';
import type { Subscribes } from './subscribing.js';
import { withoutRecovery } from './subscribing.js';

/** A client that subscribes, and nothing else: it has no code for what the other roles do, and does not announce them. */
export class SubscriberClient extends BaseClient<Subscribes> {
  /** Does not connect yet. @throws InvalidArgumentError for options that are mistaken; InvalidUriError when `realm` is none */
  constructor(connector: Connector, options: BaseClientOptions) {
    requireSettings(baseSettings, options);
    super(connector, options, (link) => ({ subscriber: new Subscriber(link) }));
  }

  /**
   * Calls `handler` for each event, in order, until unsubscribed, through reconnects too. What the router could not send
   * goes to `onMissed`, or else to the error hook.
   * @throws InvalidUriError, InvalidArgumentError, FeatureNotSupportedError (nothing was sent); WampError (the router
   *   refused); OfflineError, ConnectionLostError, SessionClosedError
   */
  subscribe(topic: Uri, handler: EventHandler, options: SubscriberClientOptions = {}): Promise<ClientSubscription> {
    return subscribe(this, topic, handler, options, withoutRecovery);
  }
}
