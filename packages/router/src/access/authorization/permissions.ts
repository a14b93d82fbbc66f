import type { Match, Uri } from '@wigwag/core/wire';
import { PatternIndex } from '../../matching/pattern-index.js';
import type { Pattern } from '../../matching/patterns.js';
import { compareSpecificity, covers, overlap } from '../../matching/patterns.js';
import type { Action, Request } from './action.js';
import type { Rule } from './rule.js';

/** A rule, and the pattern that it is for in this place. */
export interface ScopedRule extends Pattern {
  readonly rule: Rule;
}

/** The rules for one pattern, by what they allow. */
interface Scope extends Pattern {
  readonly rules: Map<Action, Rule>;
}

/** The URIs that the router itself answers for. */
const RESERVED = 'wamp.';

/**
 * Which rule allows what, for sessions that all have the same rules. For each URI the most specific pattern decides,
 * whatever it allows. What begins with `wamp.` is decided by those rules alone that begin so themselves: who may call
 * everything may not kill sessions yet.
 */
export class Permissions {
  readonly #ordinary = new Scopes();
  readonly #reserved = new Scopes();

  /** @throws TypeError where two rules allow the same with the same pattern */
  constructor(rules: Iterable<ScopedRule>) {
    for (const rule of rules) (isReserved(rule.uri) ? this.#reserved : this.#ordinary).add(rule);
  }

  /**
   * The rule that allows a request. One with a pattern has to be allowed for all that the pattern matches: one rule
   * covers it whole, and no rule that is more specific for a part of it says otherwise.
   */
  find({ action, uri, match }: Request): Rule | undefined {
    if (isReserved(uri)) return this.#reserved.find(action, uri, match);
    const inside = reservedPart(uri, match);
    if (inside && !this.#reserved.find(action, inside.uri, inside.match)) return undefined;
    return this.#ordinary.find(action, uri, match);
  }
}

class Scopes {
  readonly #index = new PatternIndex<Scope>();
  readonly #all: Scope[] = [];

  add({ uri, match, rule }: ScopedRule): void {
    const scope = this.#index.get(match, uri) ?? this.#create(uri, match);
    for (const action of new Set(rule.allow)) {
      if (scope.rules.has(action)) {
        throw new TypeError(`two rules allow "${action}" for "${uri}" (${match}): leave one of them`);
      }
      scope.rules.set(action, rule);
    }
  }

  find(action: Action, uri: Uri, match: Match): Rule | undefined {
    if (match === 'exact') return this.#index.best(uri)?.rules.get(action);
    const asked = { uri, match };
    const whole = this.#all.filter((scope) => covers(scope, asked)).reduce(moreSpecific, undefined);
    if (!whole) return undefined;
    const denied = this.#all.some(
      (scope) => !scope.rules.has(action) && compareSpecificity(scope, whole) > 0 && overlap(scope, asked),
    );
    return denied ? undefined : whole.rules.get(action);
  }

  #create(uri: Uri, match: Match): Scope {
    const scope: Scope = { uri, match, rules: new Map() };
    this.#index.set(match, uri, scope);
    this.#all.push(scope);
    return scope;
  }
}

function moreSpecific(best: Scope | undefined, scope: Scope): Scope {
  return best && compareSpecificity(best, scope) > 0 ? best : scope;
}

function isReserved(uri: Uri): boolean {
  return uri.startsWith(RESERVED);
}

/** What a pattern that is not reserved itself matches of the reserved URIs. */
function reservedPart(uri: Uri, match: Match): Pattern | undefined {
  if (match === 'prefix') return RESERVED.startsWith(uri) ? { uri: RESERVED, match } : undefined;
  return match === 'wildcard' && uri.startsWith('.') ? { uri: `wamp${uri}`, match } : undefined;
}
