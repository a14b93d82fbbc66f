import type { Match, Uri } from '../wire/messages.js';
import { matches } from '../wire/uri.js';
import { KEY_LENGTH } from './ciphers.js';

/** A key, and the topics and procedures that it is for. */
export interface PayloadKey {
  /** `ppt_keyid` on the wire, by which who receives finds the key. */
  readonly id: string;
  /** 32 octets, which the router must never have. */
  readonly key: Uint8Array;
  /** A topic or procedure, or a pattern of them. */
  readonly uri: Uri;
  /** How `uri` matches. Default `exact`. */
  readonly match?: Match;
}

/** The keys that one side has: which to seal with, and which to open with. */
export class Keyring {
  readonly #keys: readonly PayloadKey[];

  /** @throws TypeError, RangeError when a key is none */
  constructor(keys: readonly PayloadKey[]) {
    for (const key of keys) requireKey(key);
    // Stable: of several for the same pattern the first stays first.
    this.#keys = [...keys].sort((one, two) => rank(two) - rank(one));
  }

  /** The key of the most specific pattern (exact, then the longest prefix, then a wildcard); of several, the first. */
  sealing(uri: Uri): PayloadKey | undefined {
    return this.#keys.find((key) => matches(key.match ?? 'exact', key.uri, uri));
  }

  /** The key with this id that is also for this URI: a payload moved to another topic is not to be opened there. */
  opening(uri: Uri, id: unknown): PayloadKey | undefined {
    return this.#keys.find((key) => key.id === id && matches(key.match ?? 'exact', key.uri, uri));
  }
}

function requireKey({ id, key, uri }: PayloadKey): void {
  if (typeof id !== 'string' || id === '') throw new TypeError('a key has an id, a text that is not empty');
  if (typeof uri !== 'string') throw new TypeError(`key "${id}": uri is a topic or procedure, or a pattern of them`);
  if (!(key instanceof Uint8Array) || key.byteLength !== KEY_LENGTH)
    throw new RangeError(`key "${id}": a key has ${KEY_LENGTH} octets`);
}

/** Exact patterns first, then prefixes by length, then wildcards by how many components they name. */
function rank({ match = 'exact', uri }: PayloadKey): number {
  if (match === 'exact') return Number.POSITIVE_INFINITY;
  return match === 'prefix' ? 1_000_000 + uri.length : uri.split('.').filter((component) => component !== '').length;
}
