import type { Uri } from '@wigwag/core/wire';
import { ownedPayload } from '@wigwag/core/wire';
import { costOf } from '../cost.js';
import type { Publication } from '../fabric/fabric.js';
import type { Pattern } from '../matching/patterns.js';
import { matches } from '../matching/patterns.js';
import { stillNeeded } from './retention.js';

/** How much is retained in one realm. */
export interface RetainedLimits {
  readonly maxRetained: number;
  readonly maxRetainedBytes: number;
  readonly maxRetainedPerTopic: number;
}

/**
 * The last event of each topic that its publisher asked to retain, and behind it those that somebody else would get
 * instead (spec: "Event Retention"). Bounded in topics, events a topic, and bytes.
 */
export class Retained {
  /** The newest event first. Insertion order is age: the topic that was silent longest is dropped first. */
  readonly #topics = new Map<Uri, readonly Publication[]>();
  #bytes = 0;

  constructor(private readonly limits: RetainedLimits) {}

  /** Topics with a retained event. */
  get size(): number {
    return this.#topics.size;
  }

  keep(received: Publication): void {
    const publication = owned(received);
    const { topic } = publication;
    const before = this.#topics.get(topic) ?? [];
    this.#forget(topic);
    const events = stillNeeded([publication, ...before], this.limits.maxRetainedPerTopic);
    this.#topics.set(topic, events);
    this.#bytes += costOfAll(events);
    for (const oldest of this.#topics.keys()) {
      if (this.#topics.size <= this.limits.maxRetained && this.#bytes <= this.limits.maxRetainedBytes) return;
      this.#forget(oldest);
    }
  }

  /** For each topic that matches, the newest event that `mayReceive`; the topic that was silent longest first. */
  select(pattern: Pattern, mayReceive: (publication: Publication) => boolean): Publication[] {
    const selected: Publication[] = [];
    for (const events of this.#matching(pattern)) {
      const event = events.find(mayReceive);
      if (event) selected.push(owned(event));
    }
    return selected;
  }

  #forget(topic: Uri): void {
    const events = this.#topics.get(topic);
    if (!events) return;
    this.#topics.delete(topic);
    this.#bytes -= costOfAll(events);
  }

  #matching(pattern: Pattern): (readonly Publication[])[] {
    if (pattern.match === 'exact') {
      const events = this.#topics.get(pattern.uri);
      return events ? [events] : [];
    }
    return [...this.#topics].filter(([topic]) => matches(pattern, topic)).map(([, events]) => events);
  }
}

/** For a reader of its own, so that what is kept is no more than what was received. */
function owned(publication: Publication): Publication {
  return { ...publication, payload: publication.payload && ownedPayload(publication.payload) };
}

function costOfAll(events: readonly Publication[]): number {
  return events.reduce((sum, event) => sum + costOf(event.topic, event.options, event.size), 0);
}
