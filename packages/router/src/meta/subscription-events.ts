import type { Dict } from '@wigwag/core/wire';
import type { BrokerObserver } from '../broker/observer.js';
import type { Subscription } from '../broker/subscription.js';
import type { PublishMeta } from './publisher.js';
import { MetaTopic } from './topics.js';

/** SubscriptionDetails (spec: "Subscription Meta API"). */
export function subscriptionDetails({ id, created, uri, match }: Subscription): Dict {
  return { id, created: new Date(created).toISOString(), uri, match };
}

/** Publishes who subscribes and unsubscribes (spec: "Subscription Meta API", "Subscription Meta-Events"). */
export function subscriptionEvents(publish: PublishMeta): BrokerObserver {
  return {
    subscribed(member, subscription, created) {
      if (created) publish(MetaTopic.SUBSCRIPTION_CREATED, [member.id, subscriptionDetails(subscription)]);
      publish(MetaTopic.SUBSCRIBED, [member.id, subscription.id]);
    },
    unsubscribed(member, subscription, removed) {
      publish(MetaTopic.UNSUBSCRIBED, [member.id, subscription.id]);
      if (removed) publish(MetaTopic.SUBSCRIPTION_DELETED, [member.id, subscription.id]);
    },
  };
}
