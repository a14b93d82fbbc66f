import type { Id } from '@wigwag/core/wire';
import { TurnoverMap } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { Member } from '../session/member.js';
import { PerSession } from '../session/per-session.js';

/** How much is remembered of acknowledged deliveries. */
export interface ConfirmationLimits {
  readonly maxConfirmations: number;
  readonly maxConfirmers: number;
  readonly confirmationTime: number;
}

/** How far the delivery of one publication has come on this router. */
export interface DeliveryState {
  /** Sessions that were sent it. */
  readonly recipients: number;
  /** Of these, sessions that have confirmed it. */
  readonly confirmed: number;
  /** Of these, sessions that left before they had. */
  readonly left: number;
  /** Whether nothing more can change: each recipient has confirmed it, or has left. */
  readonly complete: boolean;
}

interface Delivery {
  readonly publisher: Member;
  readonly publication: Id;
  readonly expires: number;
  /** Recipients, and how many EVENTs each has still to confirm: one for each of its subscriptions. */
  readonly waiting: Map<Member, number>;
  readonly settled: Set<() => void>;
  recipients: number;
  confirmed: number;
  left: number;
  /** Whether all recipients are known. */
  sent: boolean;
}

/**
 * Who has confirmed what was published with `x_acknowledged_delivery` (EVENT_RECEIVED; in the specification's test
 * suite, and used by Autobahn|Python and Crossbar.io). Bounded in publications of one session, where the oldest is
 * forgotten for a new one; in awaited sessions, where those beyond are never complete; and in time.
 */
export class Confirmations {
  readonly #clock: Clock;
  readonly #limits: ConfirmationLimits;
  /** In the order of their expiry. */
  readonly #deliveries = new TurnoverMap<Id, Delivery>();
  readonly #byPublisher = new PerSession<Member, Delivery>();
  readonly #byRecipient = new PerSession<Member, Delivery>();
  /** Recipients of all deliveries that are awaited. */
  #awaited = 0;
  #timer: (() => void) | undefined;

  constructor(clock: Clock, limits: ConfirmationLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Publications that are remembered. */
  get size(): number {
    return this.#deliveries.size;
  }

  open(publisher: Member, publication: Id): void {
    for (const oldest of this.#byPublisher.of(publisher)) {
      if (this.#byPublisher.countOf(publisher) < this.#limits.maxConfirmations) break;
      this.#forget(oldest);
    }
    const delivery: Delivery = {
      publisher,
      publication,
      expires: this.#clock.now() + this.#limits.confirmationTime,
      waiting: new Map(),
      settled: new Set(),
      recipients: 0,
      confirmed: 0,
      left: 0,
      sent: false,
    };
    this.#byPublisher.set(publisher, publication, delivery);
    this.#deliveries.set(publication, delivery);
    this.#startTimer();
  }

  /** An EVENT of it was sent to a recipient. */
  sent(publication: Id, recipient: Member): void {
    const delivery = this.#deliveries.get(publication);
    if (!delivery) return;
    const events = delivery.waiting.get(recipient);
    if (events === undefined) delivery.recipients++;
    if (events === undefined && this.#awaited >= this.#limits.maxConfirmers) return;
    delivery.waiting.set(recipient, (events ?? 0) + 1);
    if (events !== undefined) return;
    this.#awaited++;
    this.#byRecipient.set(recipient, publication, delivery);
  }

  /** All EVENTs of it were sent. */
  allSent(publication: Id): void {
    const delivery = this.#deliveries.get(publication);
    if (!delivery) return;
    delivery.sent = true;
    this.#look(delivery);
  }

  /** EVENT_RECEIVED; one that comes too late, or that nobody asked for, does no harm. */
  received(recipient: Member, publication: Id): void {
    const delivery = this.#deliveries.get(publication);
    const events = delivery?.waiting.get(recipient);
    if (!delivery || events === undefined) return;
    if (events > 1) {
      delivery.waiting.set(recipient, events - 1);
      return;
    }
    this.#stopWaiting(delivery, recipient);
    delivery.confirmed++;
    this.#look(delivery);
  }

  leave(member: Member): void {
    for (const delivery of this.#byPublisher.of(member)) this.#forget(delivery);
    for (const delivery of this.#byRecipient.of(member)) {
      this.#stopWaiting(delivery, member);
      delivery.left++;
      this.#look(delivery);
    }
  }

  /** `undefined` for what this session did not publish so, or what is forgotten. */
  stateOf(publisher: Member, publication: Id): DeliveryState | undefined {
    const delivery = this.#byPublisher.get(publisher, publication);
    return delivery && stateOf(delivery);
  }

  /** Calls back once it is complete or forgotten. @returns what takes that back */
  onSettled(publisher: Member, publication: Id, settled: () => void): () => void {
    const delivery = this.#byPublisher.get(publisher, publication);
    delivery?.settled.add(settled);
    return () => delivery?.settled.delete(settled);
  }

  #look(delivery: Delivery): void {
    if (!stateOf(delivery).complete) return;
    for (const settled of [...delivery.settled]) settled();
    delivery.settled.clear();
  }

  #stopWaiting(delivery: Delivery, recipient: Member): void {
    delivery.waiting.delete(recipient);
    this.#awaited--;
    this.#byRecipient.delete(recipient, delivery.publication);
  }

  #forget(delivery: Delivery): void {
    const { publisher, publication } = delivery;
    for (const recipient of [...delivery.waiting.keys()]) this.#stopWaiting(delivery, recipient);
    this.#deliveries.delete(publication);
    this.#byPublisher.delete(publisher, publication);
    for (const settled of [...delivery.settled]) settled();
    delivery.settled.clear();
    if (this.#deliveries.size > 0) return;
    this.#timer?.();
    this.#timer = undefined;
  }

  /** One timer for all: each is remembered for the same time. */
  #startTimer(): void {
    const [oldest] = this.#deliveries.values();
    if (!oldest || this.#timer) return;
    this.#timer = this.#clock.after(Math.max(0, oldest.expires - this.#clock.now()), () => {
      this.#timer = undefined;
      const now = this.#clock.now();
      for (const delivery of [...this.#deliveries.values()]) {
        if (delivery.expires > now) break;
        this.#forget(delivery);
      }
      this.#startTimer();
    });
  }
}

function stateOf({ recipients, confirmed, left, sent }: Delivery): DeliveryState {
  return { recipients, confirmed, left, complete: sent && confirmed + left === recipients };
}
