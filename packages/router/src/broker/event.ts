import type { Event, EventDetails } from '@wigwag/core/wire';
import { Code } from '@wigwag/core/wire';
import type { Publication } from '../fabric/fabric.js';
import { passthru } from '../passthru.js';
import type { Subscription } from './subscriptions.js';

/**
 * EVENT for one subscription; the same for all its subscribers, so that it is encoded once. A pattern's event names its
 * topic (spec: "Pattern-based Subscriptions"); the publisher is named when it asked for it ("Publisher Identification").
 */
export function makeEvent(publication: Publication, subscription: Subscription, retained = false): Event {
  const { id, topic, options, publisher, payload } = publication;
  const details: EventDetails = {
    ...(subscription.match !== 'exact' && { topic }),
    ...(options.disclose_me && {
      publisher: publisher.id,
      publisher_authid: publisher.authid,
      publisher_authrole: publisher.authrole,
    }),
    ...(retained && { retained }),
    ...passthru(options),
  };
  return { code: Code.EVENT, subscription: subscription.id, publication: id, details, payload };
}
