import type { Event, EventDetails, PublishOptions } from '@wigwag/core/wire';
import { Code } from '@wigwag/core/wire';
import type { Publication } from '../fabric/fabric.js';
import { passthru } from '../passthru.js';
import type { Subscription } from './subscription.js';

/** Where an event stands in the history of its realm; `_seq` and `_epoch` in EVENT.Details (ours). */
export interface Position {
  readonly seq: number;
  readonly epoch: string;
}

/**
 * EVENT for one subscription; the same for all its subscribers, so that it is encoded once. A pattern's event names its
 * topic (spec: "Pattern-based Subscriptions").
 */
export function makeEvent(
  publication: Publication,
  subscription: Pick<Subscription, 'id' | 'match'>,
  position?: Position,
  retained = false,
): Event {
  const details: EventDetails = {
    ...(subscription.match !== 'exact' && { topic: publication.topic }),
    ...publicationDetails(publication),
    ...(retained && { retained }),
    ...(position && { _seq: position.seq, _epoch: position.epoch }),
    ...(wantsConfirmation(publication.options) && { x_acknowledged_delivery: true }),
  };
  return {
    code: Code.EVENT,
    subscription: subscription.id,
    publication: publication.id,
    details,
    payload: publication.payload,
  };
}

/** Whether its subscribers are to confirm it; who is not told of the publication's id could never ask. */
export function wantsConfirmation({ acknowledge, x_acknowledged_delivery: wanted }: PublishOptions): boolean {
  return wanted === true && acknowledge === true;
}

/**
 * What an event tells of its publication whoever receives it: the publisher, where it asked for that or the router
 * insists (spec: "Publisher Identification"), how far it is trusted ("Publication Trust Levels"), and how to read an
 * opaque payload.
 */
export function publicationDetails({ options, publisher, trustlevel }: Publication): EventDetails {
  return {
    ...(options.disclose_me &&
      publisher && {
        publisher: publisher.id,
        publisher_authid: publisher.authid,
        publisher_authrole: publisher.authrole,
      }),
    ...(trustlevel !== undefined && { trustlevel }),
    ...passthru(options),
  };
}
