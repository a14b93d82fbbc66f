/** A node of the tree; its key is the labels from the root down to it, joined. */
interface Node<T> {
  label: string;
  value: T | undefined;
  /** By the first character of the child's label. */
  readonly children: Map<number, Node<T>>;
}

/**
 * Values by key, and all values whose key is a prefix, character by character, of a given text: a radix tree, so that
 * a look-up costs as much as the text is long, however many keys there are.
 */
export class PrefixTree<T extends object> {
  readonly #root = node<T>('', undefined);

  get(key: string): T | undefined {
    let found: T | undefined;
    this.#walk(key, ({ value }, end) => {
      if (end === key.length) found = value;
    });
    return found;
  }

  set(key: string, value: T): void {
    let parent = this.#root;
    let at = 0;
    while (at < key.length) {
      const first = key.charCodeAt(at);
      const child = parent.children.get(first);
      if (!child) {
        parent.children.set(first, node(key.slice(at), value));
        return;
      }
      const shared = sharedLength(child.label, key, at);
      parent = shared === child.label.length ? child : split(parent, child, shared);
      at += shared;
    }
    parent.value = value;
  }

  delete(key: string): void {
    const path = [this.#root];
    let reached = 0;
    this.#walk(key, (child, end) => {
      if (child !== this.#root) path.push(child);
      reached = end;
    });
    const target = path.at(-1);
    if (reached !== key.length || !target) return;
    target.value = undefined;
    prune(path);
  }

  /** Adds to `found` the values of all keys that `text` starts with, the shortest key first. */
  collect(text: string, found: T[]): void {
    this.#walk(text, ({ value }) => {
      if (value) found.push(value);
    });
  }

  /** The value of the longest key that `text` starts with. */
  longestPrefixOf(text: string): T | undefined {
    let longest: T | undefined;
    this.#walk(text, ({ value }) => {
      longest = value ?? longest;
    });
    return longest;
  }

  /** Visits the nodes whose key is a prefix of `text`, with the length of that key. */
  #walk(text: string, visit: (node: Node<T>, end: number) => void): void {
    let at = 0;
    let next: Node<T> | undefined = this.#root;
    while (next && text.startsWith(next.label, at)) {
      at += next.label.length;
      visit(next, at);
      next = at < text.length ? next.children.get(text.charCodeAt(at)) : undefined;
    }
  }
}

function node<T>(label: string, value: T | undefined): Node<T> {
  return { label, value, children: new Map() };
}

function sharedLength(label: string, key: string, at: number): number {
  let length = 0;
  while (length < label.length && label.charCodeAt(length) === key.charCodeAt(at + length)) length++;
  return length;
}

/** Puts a node between `parent` and `child` that holds the first `length` characters of the child's label. */
function split<T>(parent: Node<T>, child: Node<T>, length: number): Node<T> {
  const between = node<T>(child.label.slice(0, length), undefined);
  child.label = child.label.slice(length);
  between.children.set(child.label.charCodeAt(0), child);
  parent.children.set(between.label.charCodeAt(0), between);
  return between;
}

/** Takes nodes that hold nothing any more off the end of a path, and joins the one that is left with its only child. */
function prune<T>(path: Node<T>[]): void {
  for (let last = path.length - 1; last > 0; last--) {
    const at = path[last];
    const parent = path[last - 1];
    if (!at || !parent || at.value) return;
    const [only, ...others] = at.children.values();
    if (only && others.length > 0) return;
    if (only) {
      only.label = at.label + only.label;
      parent.children.set(only.label.charCodeAt(0), only);
      return;
    }
    parent.children.delete(at.label.charCodeAt(0));
  }
}
