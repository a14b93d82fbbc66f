import type { Match, Uri } from '@wigwag/core/wire';
import { PatternIndex } from '../../matching/pattern-index.js';
import type { Pattern } from '../../matching/patterns.js';
import { compareSpecificity, covers, matches, overlap } from '../../matching/patterns.js';
import type { Action, Request } from './action.js';
import type { Rule } from './rule.js';

/** A rule, and the pattern that it is for in this place. */
export interface ScopedRule extends Pattern {
  readonly rule: Rule;
}

/** The rules for one pattern, by what they allow. */
export interface Scope extends Pattern {
  readonly rules: ReadonlyMap<Action, Rule>;
}

/** The URIs that the router itself answers for. */
const RESERVED = 'wamp.';

/**
 * Which rule allows what. For each URI the most specific pattern decides, whatever it allows. What begins with `wamp.` is
 * decided by those rules alone that begin so themselves: who may call everything may not kill sessions yet.
 */
export class Permissions {
  readonly #ordinary: Scopes;
  readonly #reserved: Scopes;

  /** @param scopes what all sessions have */
  constructor(scopes: readonly Scope[]) {
    this.#ordinary = new Scopes(
      false,
      scopes.filter(({ uri }) => !isReserved(uri)),
    );
    this.#reserved = new Scopes(
      true,
      scopes.filter(({ uri }) => isReserved(uri)),
    );
  }

  /**
   * The rule that allows a request. One with a pattern has to be allowed for all that the pattern matches: one rule
   * covers it whole, and no rule that is more specific for a part of it says otherwise.
   * @param own what the session has beside that: a few, with patterns that are not among those
   */
  find({ action, uri, match }: Request, own: readonly Scope[] = []): Rule | undefined {
    if (isReserved(uri)) return this.#reserved.find(action, uri, match, own);
    const inside = reservedPart(uri, match);
    if (inside && !this.#reserved.find(action, inside.uri, inside.match, own)) return undefined;
    return this.#ordinary.find(action, uri, match, own);
  }
}

class Scopes {
  readonly #index = new PatternIndex<Scope>();

  constructor(
    private readonly reserved: boolean,
    private readonly all: readonly Scope[],
  ) {
    for (const scope of all) this.#index.set(scope.match, scope.uri, scope);
  }

  find(action: Action, uri: Uri, match: Match, own: readonly Scope[]): Rule | undefined {
    if (match === 'exact') return this.#best(uri, own)?.rules.get(action);
    const asked = { uri, match };
    const all = [...this.all, ...own.filter((scope) => this.#isHere(scope))];
    const whole = all.filter((scope) => covers(scope, asked)).reduce(moreSpecific, undefined);
    if (!whole) return undefined;
    const denied = all.some(
      (scope) => !scope.rules.has(action) && compareSpecificity(scope, whole) > 0 && overlap(scope, asked),
    );
    return denied ? undefined : whole.rules.get(action);
  }

  #best(uri: Uri, own: readonly Scope[]): Scope | undefined {
    let best = this.#index.best(uri);
    for (const scope of own) if (this.#isHere(scope) && matches(scope, uri)) best = moreSpecific(best, scope);
    return best;
  }

  #isHere({ uri }: Scope): boolean {
    return isReserved(uri) === this.reserved;
  }
}

/** The rules, those with one pattern together. @throws TypeError where two rules allow the same with the same pattern */
export function scopesOf(list: Iterable<ScopedRule>): Scope[] {
  const scopes = new Map<string, Pattern & { readonly rules: Map<Action, Rule> }>();
  for (const { uri, match, rule } of list) {
    const key = keyOf({ uri, match });
    const scope = scopes.get(key) ?? { uri, match, rules: new Map() };
    scopes.set(key, scope);
    for (const action of new Set(rule.allow)) {
      if (scope.rules.has(action)) {
        throw new TypeError(`two rules allow "${action}" for "${uri}" (${match}): leave one of them`);
      }
      scope.rules.set(action, rule);
    }
  }
  return [...scopes.values()];
}

/** Patterns are one and the same where this is. */
export function keyOf({ uri, match }: Pattern): string {
  return `${match} ${uri}`;
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
