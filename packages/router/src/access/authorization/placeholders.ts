import type { Uri } from '@wigwag/core/wire';
import { uriComponent } from '@wigwag/core/wire';
import { literalHead } from '../../matching/patterns.js';
import type { Member } from '../../session/member.js';

type Filler = (member: Member) => string;

const fillers: ReadonlyMap<string, Filler> = new Map<string, Filler>([
  ['{authid}', ({ identity }) => uriComponent(identity.authid)],
  ['{session}', ({ id }) => String(id)],
]);

export function hasPlaceholders(uri: Uri): boolean {
  return uri.split('.').some((component) => fillers.has(component));
}

/**
 * The pattern with each placeholder as a plain component; `undefined` where a brace stands anywhere else, which would
 * be a placeholder misspelt, or one that a name with the right letters could step out of.
 */
export function withoutPlaceholders(uri: Uri): Uri | undefined {
  const plain = uri.split('.').map((component) => (fillers.has(component) ? 'x' : component));
  return plain.some((component) => /[{}]/.test(component)) ? undefined : plain.join('.');
}

/** What the pattern begins with for every session: nothing that begins otherwise is anybody's. */
export function commonHead(uri: Uri): string {
  const gapped = uri.split('.').map((component) => (fillers.has(component) ? '' : component));
  return literalHead(gapped.join('.'));
}

/**
 * The pattern for one session. Whatever its authid is fills one component and no more; `undefined` where it is empty,
 * which in a wildcard pattern would match everybody's.
 */
export function fillPlaceholders(uri: Uri, member: Member): Uri | undefined {
  const components = uri.split('.').map((component) => fillers.get(component)?.(member) ?? component);
  const empty = uri.split('.').some((component, at) => component !== '' && components[at] === '');
  return empty ? undefined : components.join('.');
}
