import * as Code from '../wire/codes.js';
import { forPublisher } from '../wire/decode-router.js';
import { EVENT_ACKNOWLEDGEMENT } from '../wire/features.js';
import type { Id, PublishOptions, Uri } from '../wire/messages.js';
import { cancelable } from './cancelable.js';
import { requireOptions } from './check.js';
import type { Link } from './link.js';
import { outgoing, PASSTHRU, request, requireFeature, requireUri, wireOptions } from './link.js';
import type { Role } from './role.js';

/** Options of `publish`; what is not named here goes on the wire as it is (spec: "PUBLISH", PUBLISH.Options). */
export interface PublishRequest extends PublishOptions {
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined;
  /** Stops waiting for the acknowledgement; the publication itself cannot be taken back. */
  readonly signal?: AbortSignal | undefined;
}

const local = ['kwargs', 'signal'];

const LISTS = 'subscriber_blackwhite_listing';
/** What a broker has to announce for an option to do anything. */
const needs = /* @__PURE__ */ new Map([
  PASSTHRU,
  ['eligible', LISTS],
  ['eligible_authid', LISTS],
  ['eligible_authrole', LISTS],
  ['exclude', LISTS],
  ['exclude_authid', LISTS],
  ['exclude_authrole', LISTS],
  ['disclose_me', 'publisher_identification'],
  ['retain', 'event_retention'],
  ['rkey', 'sharded_subscription'],
  ['x_acknowledged_delivery', EVENT_ACKNOWLEDGEMENT],
]);

/** The publisher's half of a session (spec: "Publishing and Events"). */
export class Publisher implements Role {
  readonly features = [
    'payload_passthru_mode',
    'publisher_exclusion',
    'publisher_identification',
    'subscriber_blackwhite_listing',
    EVENT_ACKNOWLEDGEMENT,
  ];
  readonly decoders = forPublisher;
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  /**
   * @returns the publication's id when `acknowledge` was asked for; else resolves, without one, once it was sent
   * @throws InvalidUriError, InvalidArgumentError, FeatureNotSupportedError, EncodeError, MessageTooLargeError (nothing was
   *   sent), WampError (the router refused)
   */
  async publish(topic: Uri, args?: readonly unknown[], options: PublishRequest = {}): Promise<Id | undefined> {
    requireUri('topic', topic);
    requireOptions(options);
    if (options.exclude_me === false) {
      requireFeature(this.#link, 'broker', 'publisher_exclusion', 'exclude_me: false');
    }
    options.signal?.throwIfAborted();
    const content = { args: args ?? [], kwargs: options.kwargs ?? {}, options: wireOptions(options, local) };
    const sent = outgoing(this.#link, 'broker', 'publish', topic, content, needs);
    const make = (id: Id) => ({ code: Code.PUBLISH, request: id, topic, ...sent });
    if (!options.acknowledge) {
      this.#link.requests.draw((id) => this.#link.send(make(id)));
      return undefined;
    }
    const { publication } = await cancelable(options.signal, request(this.#link, Code.PUBLISHED, make));
    return publication;
  }
}
