import type { Match, Uri } from '@wigwag/core/wire';
import { describe, isDict, isPattern, mustBe, oneOf } from '@wigwag/core/wire';
import type { Pattern } from '../matching/patterns.js';

/** Of which topics events are kept, how many and how long; each realm keeps its own. */
export interface HistoryRule {
  /** The topic, or a pattern of topics; the prefix `""` stands for all. */
  readonly topic: Uri;
  /** Default `exact`. Where several rules fit a topic, the most specific one alone counts for it. */
  readonly match?: Match;
  /** Events. Default 10 000. */
  readonly limit?: number;
  /** Bytes of their payloads as they were received, and a round figure for each event. Default 16 MiB. */
  readonly bytes?: number;
  /** Milliseconds. Default one day. */
  readonly age?: number;
}

/** A rule with its defaults: the oldest event goes when there are more of them, or more bytes, or it is too old. */
export interface Retention extends Pattern {
  readonly limit: number;
  readonly bytes: number;
  readonly age: number;
}

const matchRule = oneOf('exact', 'prefix', 'wildcard');
const names: readonly string[] = ['topic', 'match', 'limit', 'bytes', 'age'] satisfies (keyof HistoryRule)[];

/**
 * @throws TypeError for what is no rule, a topic that is none, a bound that is no positive number, and two rules for the
 *   same
 */
export function readRules(rules: readonly HistoryRule[]): Retention[] {
  const seen = new Set<string>();
  return rules.map((rule) => {
    if (!isDict(rule)) throw new TypeError(`a history rule is an object { topic, match }, and not ${describe(rule)}`);
    const { topic, match = 'exact', limit = 10_000, bytes = 16 * 2 ** 20, age = 86_400_000 } = rule;
    const name = `history rule ${JSON.stringify({ topic, match })}`;
    const stranger = Object.keys(rule).find((key) => !names.includes(key));
    if (stranger !== undefined) throw new TypeError(`${name}: there is no ${stranger}, only ${names.join(', ')}`);
    if (!matchRule.accepts(match)) throw new TypeError(`${name}: match ${mustBe(matchRule, match)}`);
    if (typeof topic !== 'string' || !isPattern(topic, match)) {
      throw new TypeError(`${name}: the topic is no URI, nor a pattern for match ${match}`);
    }
    for (const [bound, value] of Object.entries({ limit, bytes, age })) {
      if (!(typeof value === 'number' && value > 0)) {
        throw new TypeError(`${name}: ${bound} must be a positive number, and is ${value}`);
      }
    }
    const key = `${match} ${topic}`;
    if (seen.has(key)) throw new TypeError(`${name} stands there twice`);
    seen.add(key);
    return { uri: topic, match, limit, bytes, age };
  });
}
