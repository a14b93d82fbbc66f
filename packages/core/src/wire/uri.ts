import type { Match } from './messages.js';

// Spec: "URIs". Loose: no white space, no '#', components parted by dots. Strict: lower case, digits, underscore.
const looseComponent = /^[^\s.#]+$/;
const strictComponent = /^[0-9a-z_]+$/;

export type UriRule = 'loose' | 'strict';

/** Whether `uri` names one topic, procedure, realm or error: no empty component. */
export function isUri(uri: string, rule: UriRule = 'loose'): boolean {
  const component = rule === 'strict' ? strictComponent : looseComponent;
  return uri.split('.').every((part) => component.test(part));
}

/**
 * Whether `uri` may stand in SUBSCRIBE or REGISTER with this matching policy: a wildcard pattern has empty components
 * where anything may stand; a prefix may end anywhere, in the middle of a component or behind a dot.
 */
export function isPattern(uri: string, match: Match, rule: UriRule = 'loose'): boolean {
  if (match === 'exact') return isUri(uri, rule);
  const component = rule === 'strict' ? strictComponent : looseComponent;
  const parts = uri.split('.');
  if (match === 'wildcard') return parts.every((part) => part === '' || component.test(part));
  const last = parts.pop();
  return parts.every((part) => component.test(part)) && (last === '' || (last !== undefined && component.test(last)));
}

/**
 * Any text as one component of a URI, each text as one of its own: `ann@example.com` becomes `ann@example%2Ecom`. What
 * may not stand in a component, and `%` itself, is percent-encoded.
 */
export function uriComponent(text: string): string {
  return text.replace(/[%.#\s]/gu, (character) => (character === '.' ? '%2E' : encodeURIComponent(character)));
}
