import type { EventDetails, Event as EventMessage, Id, Uri } from '../wire/messages.js';
import type { Content, Interceptors } from './interceptor.js';

/** One event as a handler receives it. Its arguments are decoded when they are read first. */
export class ReceivedEvent {
  readonly #message: EventMessage;
  readonly #interceptors: Interceptors;
  #content: Content | undefined;
  /** The topic that was published to, also where the subscription is to a pattern. */
  readonly topic: Uri;
  /** When the router stored it, in the form of RFC 3339; of events that come out of its history only. */
  readonly timestamp: string | undefined;

  constructor(message: EventMessage, topic: Uri, interceptors: Interceptors, timestamp?: string) {
    this.#message = message;
    this.#interceptors = interceptors;
    this.topic = topic;
    this.timestamp = timestamp;
  }

  /** @throws ProtocolError when the publisher's bytes cannot be decoded; what an interceptor throws */
  get args(): readonly unknown[] {
    return this.#received().args;
  }

  /** @throws ProtocolError when the publisher's bytes cannot be decoded; what an interceptor throws */
  get kwargs(): Readonly<Record<string, unknown>> {
    return this.#received().kwargs;
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

  /** For all handlers of the event once, and only if one of them reads it. */
  #received(): Content {
    const { details, payload } = this.#message;
    this.#content ??= this.#interceptors.receive('event', this.topic, details, payload);
    return this.#content;
  }
}
