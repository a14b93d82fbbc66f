import type { EventDetails, Event as EventMessage, Id, Uri } from '../wire/messages.js';
import { valuesOf } from './requests.js';

/** One event as a handler receives it. Its arguments are decoded when they are read first. */
export class ReceivedEvent {
  readonly #message: EventMessage;
  /** The topic that was published to, also where the subscription is to a pattern. */
  readonly topic: Uri;

  constructor(message: EventMessage, topic: Uri) {
    this.#message = message;
    this.topic = topic;
  }

  /** @throws ProtocolError when the publisher's bytes cannot be decoded */
  get args(): readonly unknown[] {
    return valuesOf(this.#message.payload).args;
  }

  /** @throws ProtocolError when the publisher's bytes cannot be decoded */
  get kwargs(): Readonly<Record<string, unknown>> {
    return valuesOf(this.#message.payload).kwargs;
  }

  /** The id of the publication, the same for all its receivers. */
  get publication(): Id {
    return this.#message.publication;
  }

  /** The id of the subscription it came through. */
  get subscription(): Id {
    return this.#message.subscription;
  }

  /** EVENT.Details, as received. */
  get details(): EventDetails {
    return this.#message.details;
  }
}
