import type { Match, Uri } from '@wigwag/core/wire';
import type { Publication } from '../fabric/fabric.js';
import { PatternIndex } from '../matching/pattern-index.js';

/** What is retained for one topic: the last event for all, and behind it the last for some, if that is newer. */
interface Entry {
  readonly forAll: Publication | undefined;
  readonly forSome: Publication | undefined;
}

/** The last event of each topic that its publisher asked to retain (spec: "Event Retention"), bounded in topics. */
export class Retained {
  /** Insertion order is age: the topic that was silent longest is dropped first. */
  readonly #topics = new Map<Uri, Entry>();

  constructor(private readonly max: number) {}

  /** Topics with a retained event. */
  get size(): number {
    return this.#topics.size;
  }

  /** @param restricted whether some subscribers would not have received it: then the last event for all stays */
  keep(publication: Publication, restricted: boolean): void {
    const { topic } = publication;
    const forAll = restricted ? this.#topics.get(topic)?.forAll : publication;
    this.#topics.delete(topic);
    this.#topics.set(topic, { forAll, forSome: restricted ? publication : undefined });
    if (this.#topics.size <= this.max) return;
    const [oldest] = this.#topics.keys();
    if (oldest !== undefined) this.#topics.delete(oldest);
  }

  /** For each topic that matches, the newest event that `mayReceive`; the topic that was silent longest first. */
  select(match: Match, pattern: Uri, mayReceive: (publication: Publication) => boolean): Publication[] {
    return this.#matching(match, pattern).flatMap(({ forAll, forSome }) => {
      const event = forSome && mayReceive(forSome) ? forSome : forAll;
      return event && mayReceive(event) ? [event] : [];
    });
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
