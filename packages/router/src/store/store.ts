import type { Id, Uri } from '@wigwag/core/wire';
import type { Publication } from '../fabric/fabric.js';
import type { Pattern } from '../matching/patterns.js';
import type { Retention } from './rules.js';

/** An event as it is kept. */
export interface StoredEvent {
  /** Its place in the log of its realm: integers that grow, from 1 on. */
  readonly seq: number;
  /** When it was stored, in milliseconds since 1970. Clocks are set: it need not grow with `seq`. */
  readonly time: number;
  /** With a payload of its own, that nobody else reads. */
  readonly publication: Publication;
}

/** What to read of a log: events that a pattern stands for, in an open interval of places. */
export interface HistoryQuery extends Pattern {
  /** The rules that such events may have been stored under; others are not looked at. */
  readonly rules: readonly Retention[];
  /** Only events behind this place. Default 0: from the beginning. */
  readonly afterSeq?: number | undefined;
  /** Only events before this place. Default: to the end. */
  readonly beforeSeq?: number | undefined;
  /** The last of them first. Default false. */
  readonly reverse?: boolean | undefined;
  /** How many at most. */
  readonly limit: number;
}

export interface HistoryPage {
  readonly events: readonly StoredEvent[];
  /** The last event that had to go under one of the query's rules, whether the query would have wanted it or not. */
  readonly dropped: Pick<StoredEvent, 'seq' | 'time'> | undefined;
}

/** The events of one realm that are kept, in the order in which they were published. */
export interface HistoryLog {
  /** Text that is another one wherever places do not mean what they meant before, as after the loss of all events. */
  readonly epoch: string;
  /** The place of the event that was stored last, dropped or not; 0 where there was none. */
  readonly head: number;
  /** Events that are kept. */
  readonly size: number;
  /**
   * Stores an event, and drops what the rule has no more room for. What it keeps of the payload is a copy.
   * @returns its place; one that was stored before keeps the place that it has
   */
  append(publication: Publication, rule: Retention): number;
  /** Never gives what is older than its rule allows. */
  read(query: HistoryQuery): HistoryPage | Promise<HistoryPage>;
  /** The place of an event that is kept. */
  seqOf(publication: Id): number | undefined | Promise<number | undefined>;
}

/** The port to what keeps events: one log a realm. Routers that share a store share its logs, and have the same rules. */
export interface HistoryStore {
  /** The log of a realm: the same one for the same name. */
  open(realm: Uri): HistoryLog;
}
