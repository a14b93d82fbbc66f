/** A node of the trie; its pattern is the components from the root down to it. */
interface Node<T> {
  value: T | undefined;
  /** Made for the first child: most nodes have one at most. */
  literal: Map<string, Node<T>> | undefined;
  any: Node<T> | undefined;
}

/**
 * Values by wildcard pattern (`com..created`: an empty component matches any one component), as a trie of components.
 * A look-up visits only nodes that the URI matches so far, however many patterns there are.
 */
export class WildcardTrie<T extends object> {
  readonly #root: Node<T> = node();

  get(pattern: string): T | undefined {
    return this.#path(pattern.split('.')).at(-1)?.value;
  }

  set(pattern: string, value: T): void {
    let at = this.#root;
    for (const component of pattern.split('.')) {
      let next = step(at, component);
      if (!next) {
        next = node();
        if (component === '') at.any = next;
        else {
          at.literal ??= new Map();
          at.literal.set(component, next);
        }
      }
      at = next;
    }
    at.value = value;
  }

  delete(pattern: string): void {
    const components = pattern.split('.');
    const path = this.#path(components);
    const target = path.at(-1);
    if (!target) return;
    target.value = undefined;
    for (let depth = components.length; depth > 0; depth--) {
      const at = path[depth];
      const parent = path[depth - 1];
      const component = components[depth - 1];
      if (!at || !parent || at.value || at.any || (at.literal?.size ?? 0) > 0) return;
      if (component === '') parent.any = undefined;
      else if (component !== undefined) parent.literal?.delete(component);
    }
  }

  /** Adds to `found` the values of all patterns that match `uri`. */
  collect(uri: string, found: T[]): void {
    if (this.#isEmpty) return;
    visit(this.#root, uri.split('.'), 0, (value) => {
      found.push(value);
      return false;
    });
  }

  /**
   * The value of the pattern with the most literal components before its first wildcard; ties are decided by the next
   * literal portion, and so on (spec: "Calls matching multiple registrations"). Patterns that match one URI first
   * differ where one has a literal component and the other a wildcard, so this is the first that a literal-first
   * search meets.
   */
  best(uri: string): T | undefined {
    if (this.#isEmpty) return undefined;
    let found: T | undefined;
    visit(this.#root, uri.split('.'), 0, (value) => {
      found = value;
      return true;
    });
    return found;
  }

  /** Then a look-up need not take its URI apart. */
  get #isEmpty(): boolean {
    return this.#root.any === undefined && (this.#root.literal?.size ?? 0) === 0;
  }

  /** The nodes of a pattern from the root on; empty when it is not in the trie. */
  #path(components: readonly string[]): Node<T>[] {
    const path = [this.#root];
    let at: Node<T> | undefined = this.#root;
    for (const component of components) {
      at = step(at, component);
      if (!at) return [];
      path.push(at);
    }
    return path;
  }
}

function node<T>(): Node<T> {
  return { value: undefined, literal: undefined, any: undefined };
}

function step<T>(from: Node<T>, component: string): Node<T> | undefined {
  return component === '' ? from.any : from.literal?.get(component);
}

/** Literal first; ends when `take` returns true, and then returns true. Its depth is bounded by the URIs' length. */
function visit<T>(at: Node<T>, uri: readonly string[], depth: number, take: (value: T) => boolean): boolean {
  const component = uri[depth];
  if (component === undefined) return at.value !== undefined && take(at.value);
  const literal = at.literal?.get(component);
  if (literal && visit(literal, uri, depth + 1, take)) return true;
  return at.any !== undefined && visit(at.any, uri, depth + 1, take);
}
