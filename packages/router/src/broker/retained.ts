import type { Match, Uri } from '@wigwag/core/wire';
import type { Publication } from '../fabric/fabric.js';
import { PatternIndex } from '../matching/pattern-index.js';

/** What is retained for one topic: the last event for all, and behind it the last for some, if that is newer. */
interface Entry {
  readonly forAll: Publication | undefined;
  readonly forSome: Publication | undefined;
}

/** How much is retained in one realm. */
export interface RetainedLimits {
  readonly maxRetained: number;
  readonly maxRetainedBytes: number;
}

/** What one topic costs beside its payload; a round figure, so that many empty events are bounded too. */
const OVERHEAD = 500;

/** The last event of each topic that its publisher asked to retain (spec: "Event Retention"), bounded in both ways. */
export class Retained {
  /** Insertion order is age: the topic that was silent longest is dropped first. */
  readonly #topics = new Map<Uri, Entry>();
  #bytes = 0;

  constructor(private readonly limits: RetainedLimits) {}

  /** Topics with a retained event. */
  get size(): number {
    return this.#topics.size;
  }

  /** @param restricted whether some subscribers would not have received it: then the last event for all stays */
  keep(publication: Publication, restricted: boolean): void {
    const { topic } = publication;
    const forAll = restricted ? this.#topics.get(topic)?.forAll : publication;
    this.#forget(topic);
    const entry = { forAll, forSome: restricted ? publication : undefined };
    this.#topics.set(topic, entry);
    this.#bytes += costOf(entry);
    for (const oldest of this.#topics.keys()) {
      if (this.#topics.size <= this.limits.maxRetained && this.#bytes <= this.limits.maxRetainedBytes) return;
      this.#forget(oldest);
    }
  }

  /** For each topic that matches, the newest event that `mayReceive`; the topic that was silent longest first. */
  select(match: Match, pattern: Uri, mayReceive: (publication: Publication) => boolean): Publication[] {
    return this.#matching(match, pattern).flatMap(({ forAll, forSome }) => {
      const event = forSome && mayReceive(forSome) ? forSome : forAll;
      return event && mayReceive(event) ? [event] : [];
    });
  }

  #forget(topic: Uri): void {
    const entry = this.#topics.get(topic);
    if (!entry) return;
    this.#topics.delete(topic);
    this.#bytes -= costOf(entry);
  }

  #matching(match: Match, pattern: Uri): Entry[] {
    if (match === 'exact') {
      const entry = this.#topics.get(pattern);
      return entry ? [entry] : [];
    }
    const matcher = new PatternIndex<object>();
    matcher.set(match, pattern, {});
    return [...this.#topics].filter(([topic]) => matcher.best(topic)).map(([, entry]) => entry);
  }
}

function costOf({ forAll, forSome }: Entry): number {
  return OVERHEAD + (forAll?.size ?? 0) + (forSome?.size ?? 0);
}
