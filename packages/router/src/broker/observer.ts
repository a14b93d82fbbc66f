import type { Member } from '../session/member.js';
import type { Subscription } from './subscription.js';

/** Told who is subscribed to what; must not throw. */
export interface BrokerObserver {
  /** SUBSCRIBED was sent to one that was no subscriber before. @param created whether it is the first */
  subscribed(member: Member, subscription: Subscription, created: boolean): void;
  /** A subscriber is gone from a subscription, for whatever reason. @param removed whether it was the last */
  unsubscribed(member: Member, subscription: Subscription, removed: boolean): void;
}
