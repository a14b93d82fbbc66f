import type { Match, Uri } from '@wigwag/core/wire';
import { PrefixTree } from './prefix-tree.js';
import { WildcardTrie } from './wildcard-trie.js';

/**
 * Values by pattern and matching policy (spec: "Pattern-based Subscriptions", "Pattern-based Registrations"). What a
 * look-up costs depends on the URI, not on how many patterns there are.
 */
export class PatternIndex<T extends object> {
  readonly #exact = new Map<Uri, T>();
  readonly #prefix = new PrefixTree<T>();
  readonly #wildcard = new WildcardTrie<T>();

  get(match: Match, pattern: Uri): T | undefined {
    return this.#engine(match).get(pattern);
  }

  set(match: Match, pattern: Uri, value: T): void {
    this.#engine(match).set(pattern, value);
  }

  delete(match: Match, pattern: Uri): void {
    this.#engine(match).delete(pattern);
  }

  /** Every value whose pattern matches `uri`: what a broker asks. */
  all(uri: Uri): T[] {
    const found: T[] = [];
    const exact = this.#exact.get(uri);
    if (exact) found.push(exact);
    this.#prefix.collect(uri, found);
    this.#wildcard.collect(uri, found);
    return found;
  }

  /** The value whose pattern matches `uri` best, exact before prefix before wildcard: what a dealer asks. */
  best(uri: Uri): T | undefined {
    return this.#exact.get(uri) ?? this.#prefix.longestPrefixOf(uri) ?? this.#wildcard.best(uri);
  }

  #engine(match: Match): Pick<PrefixTree<T>, 'get' | 'set'> & { delete(pattern: Uri): unknown } {
    switch (match) {
      case 'exact':
        return this.#exact;
      case 'prefix':
        return this.#prefix;
      case 'wildcard':
        return this.#wildcard;
    }
  }
}
