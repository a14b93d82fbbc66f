import type { Dict, Event, Serializer, Values } from '@wigwag/core/wire';
import { GAP } from '@wigwag/core/wire';
import { eligibility } from '../broker/eligibility.js';
import { makeEvent } from '../broker/event.js';
import type { History } from '../broker/history.js';
import type { Subscription } from '../broker/subscription.js';
import type { Member } from '../session/member.js';
import { MessageTooLongError } from '../session/too-long.js';
import { unsendable } from '../session/unsendable.js';
import type { HistoryPage, StoredEvent } from '../store/store.js';
import type { Bound, HistoryFilters } from './history-filters.js';
import { isWithin, refuseContradiction } from './history-filters.js';
import type { MetaResult } from './procedure.js';

/** How much one answer holds. */
export interface HistoryPageLimits {
  /** Events. */
  readonly maxHistoryPage: number;
  /** Bytes, in the caller's serializer; one event is given whatever its size. */
  readonly maxHistoryPageBytes: number;
}

/** One question about what was published to a subscription. */
export interface HistoryQuestion {
  readonly subscription: Subscription;
  readonly filters: HistoryFilters;
  readonly caller: Member;
  readonly limits: HistoryPageLimits;
}

/** Bytes of an answer that are not its events, generously. */
const FRAME = 512;

/** Events that are read at a time, of which the filters may leave few. */
const BATCH = 256;

/**
 * The answer: the events, and with them whether they are all (ours; see docs/history.md).
 * @throws CallRefused `wamp.error.invalid_argument` where the publications that were named contradict each other
 */
export async function readPage(history: History, question: HistoryQuestion): Promise<MetaResult> {
  const { subscription, filters, caller, limits } = question;
  const span = await spanOf(history, filters);
  const answer = new Answer(caller, Math.min(filters.limit ?? limits.maxHistoryPage, limits.maxHistoryPage), limits);
  const { match, uri } = filters.topic === undefined ? subscription : { match: 'exact' as const, uri: filters.topic };
  let { afterSeq, beforeSeq } = span;
  let dropped: HistoryPage['dropped'];
  while (!answer.full) {
    const page = await history.read({ match, uri, afterSeq, beforeSeq, reverse: filters.reverse, limit: BATCH });
    dropped = page.dropped;
    for (const event of page.events) {
      if (isWithin(filters.times, event.time) && mayRead(caller, event, filters)) {
        answer.add(event, makeEvent(event.publication, subscription, { ...history.position, seq: event.seq }));
      }
    }
    const last = page.events.at(-1);
    if (!last || page.events.length < BATCH) break;
    if (filters.reverse) beforeSeq = last.seq;
    else afterSeq = last.seq;
  }
  const lost =
    dropped !== undefined &&
    dropped.seq > span.afterSeq &&
    filters.times.lower.every(({ value }) => dropped.time >= value);
  const { seq, epoch } = history.position;
  return {
    args: [answer.events],
    kwargs: {
      complete: !answer.full && !lost,
      _more: answer.full,
      _covered: history.covers({ match, uri }),
      _seq: seq,
      _epoch: epoch,
      _dropped: dropped?.seq ?? 0,
    },
  };
}

/** Collects events until there are enough. */
class Answer {
  readonly events: Dict[] = [];
  /** Whether there was one more that had no room. */
  full = false;
  readonly #serializer: Serializer;
  readonly #count: number;
  readonly #bytes: number;
  readonly #largest: number;
  #used = 0;

  constructor({ serializer, maxSend }: Member, count: number, { maxHistoryPageBytes }: HistoryPageLimits) {
    this.#serializer = serializer;
    this.#count = count;
    this.#largest = maxSend - FRAME;
    this.#bytes = Math.min(maxHistoryPageBytes, this.#largest);
  }

  add({ time, publication }: StoredEvent, { subscription, details, payload }: Event): void {
    if (this.full) return;
    const head = { timestamp: new Date(time).toISOString(), subscription, publication: publication.id };
    let record: Dict;
    let size: number;
    try {
      record = { ...head, details, ...(payload && payloadFields(payload.values)) };
      size = this.#sizeOf(record);
      if (size > this.#largest) throw new MessageTooLongError(size, this.#largest);
    } catch (error) {
      // In its place a notice, as a subscriber gets it: the event is not passed over in silence.
      record = { ...head, details: { ...details, [GAP]: { count: 1, reason: unsendable(error) } } };
      size = this.#sizeOf(record);
    }
    if (this.events.length >= this.#count || (this.events.length > 0 && this.#used + size > this.#bytes)) {
      this.full = true;
      return;
    }
    this.events.push(record);
    this.#used += size;
  }

  /** @throws EncodeError where the caller's serializer cannot carry it inside of an answer */
  #sizeOf(record: Dict): number {
    return this.#serializer.encodePayload({ args: [[record]], kwargs: undefined }).data.length;
  }
}

/** An opaque payload stands in the place of the arguments, as it does in a message. */
function payloadFields({ args, kwargs, opaque }: Values): Dict {
  if (opaque !== undefined) return { args: opaque };
  return kwargs ? { args, kwargs } : { args };
}

/** The places between which the named publications put the answer. One that is not kept is older than all that are. */
async function spanOf(history: History, { publications }: HistoryFilters): Promise<Span> {
  const find = async (bounds: readonly Bound[]) => {
    const places = await Promise.all(
      bounds.map(async (bound) => ({ ...bound, value: (await history.seqOf(bound.value)) ?? 0 })),
    );
    return places.filter(({ value }) => value > 0);
  };
  const [lower, upper] = [await find(publications.lower), await find(publications.upper)];
  refuseContradiction({ lower, upper });
  const before = upper.map(({ value, inclusive }) => (inclusive ? value + 1 : value));
  return {
    afterSeq: Math.max(0, ...lower.map(({ value, inclusive }) => (inclusive ? value - 1 : value))),
    beforeSeq: upper.length < publications.upper.length ? 0 : Math.min(Infinity, ...before),
  };
}

interface Span {
  readonly afterSeq: number;
  readonly beforeSeq: number;
}

/** What a session published to others is not for itself, nor for the one that its client joins with next. */
function mayRead({ id, identity }: Member, { publication }: StoredEvent, { notFrom }: HistoryFilters): boolean {
  const { options, publisher } = publication;
  if (publisher && options.exclude_me !== false && notFrom.includes(publisher.id)) return false;
  return eligibility(publication)({ id, identity });
}
