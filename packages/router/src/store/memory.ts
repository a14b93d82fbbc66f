import { randomUUID } from 'node:crypto';
import type { Id, Uri } from '@wigwag/core/wire';
import { ownedPayload } from '@wigwag/core/wire';
import { costOf } from '../cost.js';
import type { Publication } from '../fabric/fabric.js';
import { matches } from '../matching/patterns.js';
import { Ring } from './ring.js';
import type { Retention } from './rules.js';
import type { HistoryLog, HistoryPage, HistoryQuery, HistoryStore, StoredEvent } from './store.js';

/** Options of `memoryHistory`. */
export interface MemoryHistoryOptions {
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** Keeps events in the memory of this process, and so no longer than it lives. */
export function memoryHistory({ now = Date.now }: MemoryHistoryOptions = {}): HistoryStore {
  const logs = new Map<Uri, MemoryLog>();
  return {
    open(realm) {
      const log = logs.get(realm) ?? new MemoryLog(now);
      logs.set(realm, log);
      return log;
    },
  };
}

/** The events that are kept under one rule. */
interface Shelf {
  readonly rule: Retention;
  readonly events: Ring<StoredEvent>;
  bytes: number;
  dropped: Mark | undefined;
}

type Mark = Pick<StoredEvent, 'seq' | 'time'>;

class MemoryLog implements HistoryLog {
  readonly epoch = randomUUID();
  readonly #now: () => number;
  readonly #shelves = new Map<string, Shelf>();
  /** The events of each topic, for those who ask for one alone. A topic's events are all on one shelf. */
  readonly #topics = new Map<Uri, Ring<StoredEvent>>();
  readonly #places = new Map<Id, number>();
  #head = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get head(): number {
    return this.#head;
  }

  get size(): number {
    return this.#places.size;
  }

  append(publication: Publication, rule: Retention): number {
    const known = this.#places.get(publication.id);
    if (known !== undefined) return known;
    const kept = { ...publication, payload: publication.payload && ownedPayload(publication.payload) };
    const event = { seq: ++this.#head, time: this.#now(), publication: kept };
    const shelf = this.#shelf(rule);
    const topic = this.#topics.get(publication.topic) ?? new Ring<StoredEvent>();
    this.#topics.set(publication.topic, topic);
    topic.push(event);
    shelf.events.push(event);
    shelf.bytes += costOfEvent(event);
    this.#places.set(publication.id, event.seq);
    this.#makeRoom(shelf);
    return event.seq;
  }

  read({ rules, match, uri, afterSeq = 0, beforeSeq = Infinity, reverse = false, limit }: HistoryQuery): HistoryPage {
    const shelves = rules.map((rule) => this.#shelf(rule));
    for (const shelf of shelves) this.#makeRoom(shelf);
    const range = (ring: Ring<StoredEvent>) => ring.between(afterSeq, beforeSeq, reverse);
    const topic = this.#topics.get(uri);
    const rings = match === 'exact' ? (topic ? [topic] : []) : shelves.map(({ events }) => events);
    const events: StoredEvent[] = [];
    for (const event of inOrder(rings.map(range), reverse)) {
      if (events.length >= limit) break;
      if (matches({ match, uri }, event.publication.topic)) events.push(unread(event));
    }
    const marks = shelves.flatMap((shelf) => shelf.dropped ?? []);
    return { events, dropped: marks.sort((a, b) => b.seq - a.seq)[0] };
  }

  seqOf(publication: Id): number | undefined {
    return this.#places.get(publication);
  }

  #shelf(rule: Retention): Shelf {
    const name = `${rule.match} ${rule.uri}`;
    const shelf = this.#shelves.get(name) ?? { rule, events: new Ring(), bytes: 0, dropped: undefined };
    this.#shelves.set(name, shelf);
    return shelf;
  }

  #makeRoom(shelf: Shelf): void {
    const { rule, events } = shelf;
    const tooOld = this.#now() - rule.age;
    for (let { oldest } = events; oldest; { oldest } = events) {
      if (events.length <= rule.limit && shelf.bytes <= rule.bytes && oldest.time >= tooOld) return;
      this.#drop(oldest, shelf);
    }
  }

  #drop(event: StoredEvent, shelf: Shelf): void {
    const { publication, seq, time } = event;
    shelf.events.shift();
    shelf.bytes -= costOfEvent(event);
    shelf.dropped = { seq, time };
    this.#places.delete(publication.id);
    const topic = this.#topics.get(publication.topic);
    topic?.shift();
    if (topic?.length === 0) this.#topics.delete(publication.topic);
  }
}

function costOfEvent({ publication: { topic, options, size } }: StoredEvent): number {
  return costOf(topic, options, size);
}

/** For a reader of its own, so that what reading derives of the payload is not kept. */
function unread({ seq, time, publication }: StoredEvent): StoredEvent {
  return {
    seq,
    time,
    publication: { ...publication, payload: publication.payload && ownedPayload(publication.payload) },
  };
}

type Source = Iterator<StoredEvent, void>;
const advance = (source: Source): StoredEvent | undefined => source.next().value ?? undefined;

/** Merges what is in order already. There are as many sources as rules: few. */
function* inOrder(sources: readonly Source[], reverse: boolean): Generator<StoredEvent, void> {
  const heads = sources.map((source) => ({ source, event: advance(source) }));
  for (;;) {
    let best: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (!head.event) continue;
      if (!best?.event || head.event.seq < best.event.seq !== reverse) best = head;
    }
    if (!best?.event) return;
    yield best.event;
    best.event = advance(best.source);
  }
}
