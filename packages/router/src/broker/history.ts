import type { Id, Uri } from '@wigwag/core/wire';
import type { Publication } from '../fabric/fabric.js';
import { PatternIndex } from '../matching/pattern-index.js';
import type { Pattern } from '../matching/patterns.js';
import { covers, overlap } from '../matching/patterns.js';
import type { Retention } from '../store/rules.js';
import type { HistoryLog, HistoryPage, HistoryQuery } from '../store/store.js';
import type { Position } from './event.js';

/** Which events of one realm are kept, and which of them a pattern stands for (spec: "Event History"). */
export class History {
  readonly #log: HistoryLog;
  readonly #rules: readonly Retention[];
  readonly #index = new PatternIndex<Retention>();

  constructor(log: HistoryLog, rules: readonly Retention[]) {
    this.#log = log;
    this.#rules = rules;
    for (const rule of rules) this.#index.set(rule.match, rule.uri, rule);
  }

  /** Events that are kept. */
  get size(): number {
    return this.#log.size;
  }

  /** Where the log ends. */
  get position(): Position {
    return { seq: this.#log.head, epoch: this.#log.epoch };
  }

  /** Whether events of a topic are kept. */
  keeps(topic: Uri): boolean {
    return this.#index.best(topic) !== undefined;
  }

  /** Whether events of all topics that a pattern stands for are kept. */
  covers(pattern: Pattern): boolean {
    return this.#rules.some((rule) => covers(rule, pattern));
  }

  /**
   * Keeps an event where a rule says so. One for sessions that are named is not kept, because nobody could say later
   * whom it was for: a session's id is its own as long as it lives.
   * @returns where it is, if it is kept
   */
  keep(publication: Publication): Position | undefined {
    const { exclude, eligible } = publication.options;
    if (exclude || eligible) return undefined;
    const rule = this.#index.best(publication.topic);
    return rule && { seq: this.#log.append(publication, rule), epoch: this.#log.epoch };
  }

  /** As `HistoryLog.read`. */
  read(query: Omit<HistoryQuery, 'rules'>): HistoryPage | Promise<HistoryPage> {
    return this.#log.read({ ...query, rules: this.#rulesFor(query) });
  }

  /** The place of an event that is kept. */
  seqOf(publication: Id): number | undefined | Promise<number | undefined> {
    return this.#log.seqOf(publication);
  }

  /** Those that an event of these topics may be kept under. */
  #rulesFor(pattern: Pattern): readonly Retention[] {
    if (pattern.match !== 'exact') return this.#rules.filter((rule) => overlap(rule, pattern));
    const rule = this.#index.best(pattern.uri);
    return rule ? [rule] : [];
  }
}
