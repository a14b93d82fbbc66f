import type { Uri } from '@wigwag/core/wire';
import { announces, Code, Encoded, EncodeError, ErrorUri } from '@wigwag/core/wire';
import type { Publication } from '../fabric/fabric.js';
import type { Emit } from '../observe/events.js';
import type { Counters } from '../observe/stats.js';
import type { Member } from '../session/member.js';
import { MessageTooLongError } from '../session/too-long.js';
import { Encodings } from './encodings.js';
import type { Position } from './event.js';
import { makeEvent } from './event.js';
import type { Subscription } from './subscriptions.js';

/** What delivering needs of the realm. */
export interface DeliveryContext {
  readonly realm: Uri;
  readonly counters: Counters;
  readonly emit: Emit;
}

/** One publication on its way to the subscribers of one subscription. */
export interface Shipment {
  readonly publication: Publication;
  readonly subscription: Subscription;
  readonly to: Iterable<Member>;
  /** Whether a member of `to` may have it. Default: all may. */
  readonly mayReceive?: ((member: Member) => boolean) | undefined;
  readonly position?: Position | undefined;
  readonly retained?: boolean;
  /** Told of each member that was sent the event. */
  readonly onSent?: ((member: Member) => void) | undefined;
}

/** The feature of a subscriber that wants to be told of events that it missed (ours). */
export const GAP = '_gap';

/** Sends EVENTs: one encoding a serializer, and word of what could not be sent. */
export class Delivery {
  readonly #context: DeliveryContext;

  constructor(context: DeliveryContext) {
    this.#context = context;
  }

  send(shipment: Shipment): void {
    const { publication, subscription, to, mayReceive, position, retained, onSent } = shipment;
    const { counters } = this.#context;
    const encodings = new Encodings(makeEvent(publication, subscription, position, retained));
    let missed: Missed | undefined;
    for (const member of to) {
      if (mayReceive && !mayReceive(member)) continue;
      const event = encodings.in(member.serializer);
      if (event instanceof Encoded && event.size <= member.maxSend) {
        member.deliver(event);
        counters.delivered++;
        onSent?.(member);
      } else {
        missed ??= new Missed();
        const error = event instanceof Encoded ? new MessageTooLongError(event.size, member.maxSend) : event;
        missed.add(member, error);
        notifyOfGap(member, publication, subscription, error);
      }
    }
    if (missed) this.#report(shipment, missed);
  }

  #report({ publication, subscription }: Shipment, missed: Missed): void {
    const { realm, counters, emit } = this.#context;
    for (const { serializer, error, subscribers } of missed.groups.values()) {
      counters.withheld += subscribers;
      emit('event:withheld', {
        realm,
        topic: publication.topic,
        publication: publication.id,
        subscription: subscription.id,
        serializer,
        subscribers,
        error,
      });
    }
  }
}

/** Who missed one event, grouped for those who observe it: by serializer and kind of error. */
class Missed {
  readonly groups = new Map<string, { serializer: string; error: Error; subscribers: number }>();

  add({ serializer: { id: serializer } }: Member, error: Error): void {
    const key = `${serializer} ${error.name}`;
    const group = this.groups.get(key) ?? { serializer, error, subscribers: 0 };
    group.subscribers++;
    this.groups.set(key, group);
  }
}

/**
 * Tells a subscriber that it missed an event, in the place of that event, so that the order stays WAMP's: an EVENT of
 * the same subscription and publication without arguments, whose details hold `_gap: { count, reason }`. Only those
 * who announced the feature get it: to others it would look like an event.
 */
function notifyOfGap(member: Member, publication: Publication, subscription: Subscription, error: Error): void {
  if (!announces(member.details, 'subscriber', GAP)) return;
  const reason = error instanceof EncodeError ? error.uri : ErrorUri.INVALID_ARGUMENT;
  const details = {
    ...(subscription.match !== 'exact' && { topic: publication.topic }),
    [GAP]: { count: 1, reason },
  };
  try {
    member.send({ code: Code.EVENT, subscription: subscription.id, publication: publication.id, details });
  } catch {
    // Not even that fits into what the peer takes; the event is counted and reported all the same.
  }
}
