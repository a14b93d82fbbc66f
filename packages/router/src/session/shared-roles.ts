import type { Dict } from '@wigwag/core/wire';
import { isDict } from '@wigwag/core/wire';

/** Announcements that are kept, and the length of each as JSON: what clients make up takes no more than this. */
const MAX_KEPT = 64;
const MAX_LENGTH = 4096;

/**
 * What clients announce in HELLO.Details.roles, kept once for all who announce the same: those of one library do, and
 * it may be a kilobyte of each session. What is kept is frozen: an application in the router's process that wrote to it
 * would change it for all of them.
 */
export class SharedRoles {
  readonly #known = new Map<string, Dict>();

  /** @returns the details as they are, with roles that may be those of other sessions too */
  in(details: Dict): Dict {
    const text = textOf(details.roles);
    if (text === undefined || text.length > MAX_LENGTH) return details;
    const shared = this.#known.get(text) ?? frozen({ roles: details.roles });
    if (this.#known.size === MAX_KEPT && !this.#known.has(text)) this.#known.clear();
    this.#known.set(text, shared);
    return Object.keys(details).length === 1 ? shared : { ...details, ...shared };
  }
}

/** A dictionary that nobody can write to, nor to anything in it, which is dictionaries, lists, and what cannot be written to. */
function frozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) frozen(inner);
  return Object.freeze(value);
}

/** `undefined` for what has no faithful text. */
function textOf(roles: unknown): string | undefined {
  return isDict(roles) && isText(roles) ? JSON.stringify(roles) : undefined;
}

/** Whether JSON tells a value from every other one: bytes, long integers and -0, which serializers can carry, it does not. */
function isText(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isText);
  if (isDict(value)) return Object.values(value).every(isText);
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  return typeof value === 'boolean' || typeof value === 'string' || value === null;
}
