import { InvalidArgumentError } from './errors.js';
import type { Match } from './messages.js';

/** What a URI has to look like, by the matching policy that it is for. */
export type UriPatterns = Readonly<Record<Match, RegExp>>;

// Spec: "URIs". One expression looks at a whole URI, which takes a third of the time that one component after the other
// does.
/** No white space, no '#', components parted by dots. */
const loose: UriPatterns = {
  exact: /^[^\s.#]+(?:\.[^\s.#]+)*$/,
  prefix: /^(?:[^\s.#]+\.)*[^\s.#]*$/,
  wildcard: /^[^\s#]*$/,
};

/** The rules that a router can hold its sessions to. Strict: lower case, digits, underscore. */
export const uriRules = {
  loose,
  strict: {
    exact: /^[0-9a-z_]+(?:\.[0-9a-z_]+)*$/,
    prefix: /^(?:[0-9a-z_]+\.)*[0-9a-z_]*$/,
    wildcard: /^[0-9a-z_.]*$/,
  },
} as const satisfies Readonly<Record<string, UriPatterns>>;

export type UriRule = keyof typeof uriRules;

/** Whether `uri` names one topic, procedure, realm or error: no empty component. */
export function isUri(uri: string, patterns: UriPatterns = loose): boolean {
  return patterns.exact.test(uri);
}

/**
 * Whether `uri` may stand in SUBSCRIBE or REGISTER with this matching policy: a wildcard pattern has empty components
 * where anything may stand; a prefix may end anywhere, in the middle of a component or behind a dot.
 */
export function isPattern(uri: string, match: Match, patterns: UriPatterns = loose): boolean {
  // A policy that is none is a mistake of that option, and told as such where options are checked.
  return !Object.hasOwn(patterns, match) || patterns[match].test(uri);
}

/**
 * Whether `uri` is one of those that a pattern stands for (spec: "Pattern-based Subscriptions"): prefixes match by
 * character, an empty component matches any one. @param match how; what `pattern` itself is does not say
 */
export function matches(match: Match, pattern: string, uri: string): boolean {
  switch (match) {
    case 'exact':
      return uri === pattern;
    case 'prefix':
      return uri.startsWith(pattern);
    case 'wildcard': {
      const [wanted, given] = [pattern.split('.'), uri.split('.')];
      return wanted.length === given.length && wanted.every((part, at) => part === '' || part === given[at]);
    }
  }
}

/**
 * Any text as one component of a URI, each text as one of its own: `ann@example.com` becomes `ann@example%2Ecom`. What
 * may not stand in a component, and `%` itself, is percent-encoded.
 * @throws InvalidArgumentError for what is no text
 */
export function uriComponent(text: string): string {
  if (typeof text !== 'string') {
    throw new InvalidArgumentError(`uriComponent makes a component of a string, and not of: ${typeof text}`);
  }
  return text.replace(/[%.#\s]/gu, (character) => (character === '.' ? '%2E' : encodeURIComponent(character)));
}

/** Topics, procedures and errors that are a router's own: who reads or serves them is no client. */
export function isRouters(uri: string): boolean {
  return uri.startsWith('wamp.') || uri.startsWith('wigwag.');
}
