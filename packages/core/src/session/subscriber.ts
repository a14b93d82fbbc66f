import * as Code from '../wire/codes.js';
import { forSubscriber } from '../wire/decode-router.js';
import { announces, EVENT_ACKNOWLEDGEMENT, GAP } from '../wire/features.js';
import type { Dict, Event as EventMessage, Id, SubscribeOptions, Uri } from '../wire/messages.js';
import { cancelable } from './cancelable.js';
import { requireHandler, requireOptions } from './check.js';
import type { Disposing } from './disposing.js';
import { disposing } from './disposing.js';
import type { ErrorHook } from './errors.js';
import { EventsMissedError } from './errors.js';
import type { Gap } from './gap.js';
import { gapOf } from './gap.js';
import type { Link } from './link.js';
import { request, requireHeeded, requirePattern, wireOptions } from './link.js';
import { ReceivedEvent } from './received-event.js';
import { revocation, unsubscribe } from './release.js';
import type { Role } from './role.js';
import type { EventHandler, Handled } from './run-handler.js';
import { runHandler } from './run-handler.js';
import type { RoleMessage } from './state.js';

/** Options of `listen`; what is not named here goes on the wire as it is (spec: "SUBSCRIBE", SUBSCRIBE.Options). */
export interface ListenRequest extends SubscribeOptions {
  /** Gives up the attempt to subscribe; it does not end a subscription. */
  readonly signal?: AbortSignal | undefined;
}

/** What a broker has to announce for an option to do anything. */
const needs = /* @__PURE__ */ new Map([
  ['get_retained', 'event_retention'],
  ['nkey', 'sharded_subscription'],
]);

/** Options of `subscribe`. */
export interface SubscribeRequest extends ListenRequest {
  /** Told in the place of events that were published and did not get here. Default: the error hook is. */
  readonly onMissed?: ((missed: EventsMissedError) => void) | undefined;
}

/** Who is told of what comes through one subscription. */
export interface Listener {
  event(event: ReceivedEvent): Handled;
  gap(gap: Gap, topic: Uri): void;
}

/** One handler on one topic or pattern. */
export interface Subscription extends Disposing {
  readonly topic: Uri;
  /** The router's id of it in the present session. */
  readonly id: Id;
  /** Ends it for this handler; other handlers on the same topic stay. Resolves when the router knows, or is gone. */
  unsubscribe(): Promise<void>;
}

/** One topic with one matching policy: the router knows it as one subscription, whatever the number of handlers here. */
interface Topic {
  readonly uri: Uri;
  readonly key: string;
  /** Replaced when one comes or goes, so that an event can go through those that were there when it came. */
  listeners: readonly Listener[];
  /** SUBSCRIBEs without an answer; while there are some, the subscription is not given up. */
  opening: number;
  id: Id | undefined;
}

/** The subscriber's half of a session (spec: "Subscribing and Unsubscribing"). */
export class Subscriber implements Role {
  readonly features = [
    'pattern_based_subscription',
    'payload_passthru_mode',
    'publisher_identification',
    'subscription_revocation',
    EVENT_ACKNOWLEDGEMENT,
    GAP,
  ];
  readonly decoders = forSubscriber;
  readonly #link: Link;
  readonly #topics = new Map<string, Topic>();
  readonly #byId = new Map<unknown, Topic>();

  constructor(link: Link) {
    this.#link = link;
  }

  /** As `listen`, with a handler and its `onMissed`. @throws InvalidArgumentError for a handler that is none */
  async subscribe(uri: Uri, handler: EventHandler, request: SubscribeRequest = {}): Promise<Subscription> {
    requireOptions(request);
    requireHandler(handler);
    const { onMissed, ...options } = request;
    const { report } = this.#link;
    return this.listen(uri, options, {
      event: (event) => runHandler(handler, event, report),
      gap: ({ count, reason }, topic) => {
        const missed = new EventsMissedError(topic, `the router could not send them (${reason})`, {
          count,
          uri: reason,
        });
        tellMissed(missed, onMissed, report);
      },
    });
  }

  /**
   * @throws InvalidUriError, InvalidArgumentError, FeatureNotSupportedError (nothing was sent), WampError (the router
   *   refused)
   */
  async listen(uri: Uri, options: ListenRequest, { event, gap }: Listener): Promise<Subscription> {
    requireOptions(options);
    const match = options.match ?? 'exact';
    requirePattern(this.#link, 'broker', 'topic', uri, match, 'pattern_based_subscription');
    requireHeeded(this.#link, 'broker', options, needs);
    options.signal?.throwIfAborted();

    const topic = this.#topic(uri, match);
    // An object of its own, so that the same listener can be there twice.
    const own: Listener = { event, gap };
    let wanted = true;
    topic.opening++;
    const opened = request(
      this.#link,
      Code.SUBSCRIBED,
      (id) => ({ code: Code.SUBSCRIBE, request: id, options: wireOptions(options, ['signal']), topic: uri }),
      (reply) => {
        topic.id = reply.subscription;
        this.#byId.set(reply.subscription, topic);
        if (wanted) topic.listeners = [...topic.listeners, own];
      },
    ).finally(() => {
      topic.opening--;
      this.#release(topic);
    });
    const unsubscribe = async () => {
      if (!topic.listeners.includes(own)) return;
      topic.listeners = topic.listeners.filter((listener) => listener !== own);
      await this.#release(topic);
    };
    const { subscription } = await cancelable(options.signal, opened, () => {
      wanted = false;
      // An event behind SUBSCRIBED may be handled before anybody hears that the subscription is there.
      void unsubscribe();
    });
    return disposing({ topic: uri, id: subscription, unsubscribe }, unsubscribe);
  }

  receive(message: RoleMessage): boolean {
    if (message.code === Code.EVENT) this.#event(message);
    else if (message.code === Code.UNSUBSCRIBED && message.request === 0) this.#revoked(message.details);
    else return false;
    return true;
  }

  /** EVENT. For a subscription that is not held any more it is dropped: it was on its way when this side gave it up, or left. */
  #event(message: EventMessage): void {
    const topic = this.#byId.get(message.subscription);
    if (!topic || !this.#link.isOpen) return;
    const uri = message.details.topic ?? topic.uri;
    const gap = gapOf(message.details);
    const event = new ReceivedEvent(message, uri, this.#link.interceptors);
    const outcomes: Handled[] | undefined = message.details.x_acknowledged_delivery ? [] : undefined;
    const { listeners } = topic;
    for (const listener of listeners) {
      // A handler may unsubscribe itself or others.
      if (topic.listeners !== listeners && !topic.listeners.includes(listener)) continue;
      if (gap) listener.gap(gap, uri);
      else {
        const handled = listener.event(event);
        outcomes?.push(handled);
      }
    }
    if (outcomes && outcomes.length > 0) void this.#confirm(message, outcomes);
  }

  /** EVENT_RECEIVED, once all handlers have run without an error, to a router that asked for it and said that it may. */
  async #confirm({ publication }: EventMessage, outcomes: readonly Handled[]): Promise<void> {
    if (!announces(this.#link.details, 'broker', EVENT_ACKNOWLEDGEMENT)) return;
    if (!(await Promise.all(outcomes)).every((handled) => handled)) return;
    try {
      this.#link.send({ code: Code.EVENT_RECEIVED, publication });
    } catch {
      // The session has ended meanwhile: who published it learns that this side left.
    }
  }

  /** UNSUBSCRIBED with request 0: the router took the subscription away (spec: "Subscription Revocation"). */
  #revoked(details: Dict | undefined): void {
    const topic = this.#byId.get(details?.subscription);
    if (!topic) return;
    this.#forget(topic);
    topic.listeners = [];
    this.#link.report(revocation('subscription to', topic.uri, details), { where: 'event handler', uri: topic.uri });
  }

  #topic(uri: Uri, match: string): Topic {
    const key = `${match} ${uri}`;
    const topic = this.#topics.get(key) ?? { uri, key, listeners: [], opening: 0, id: undefined };
    this.#topics.set(key, topic);
    return topic;
  }

  #forget(topic: Topic): void {
    if (topic.id !== undefined) this.#byId.delete(topic.id);
    if (this.#topics.get(topic.key) === topic) this.#topics.delete(topic.key);
    topic.id = undefined;
  }

  /** Tells the router once nobody here wants the topic any more. */
  async #release(topic: Topic): Promise<void> {
    if (topic.listeners.length > 0 || topic.opening > 0) return;
    const { id } = topic;
    this.#forget(topic);
    if (id !== undefined) await unsubscribe(this.#link, id);
  }
}

/** Tells whom the application chose, or else the error hook, which also gets what the former throws. */
export function tellMissed(missed: EventsMissedError, onMissed: SubscribeRequest['onMissed'], report: ErrorHook): void {
  const context = { where: 'missed events', uri: missed.topic } as const;
  try {
    if (onMissed) onMissed(missed);
    else report(missed, context);
  } catch (error) {
    report(error, context);
  }
}
