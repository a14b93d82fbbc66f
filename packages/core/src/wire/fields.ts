import { ProtocolError } from './errors.js';
import { isId } from './ids.js';
import type { Dict, Id } from './messages.js';
import { isUri } from './uri.js';

export type Fields = readonly unknown[];

/** Whether a value off the wire is a dictionary: an object that is neither a list nor bytes. */
export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Takes the elements of one envelope by position; what is not of the right type is named in the error. */
export class FieldReader {
  readonly #message: string;
  readonly #fields: Fields;

  constructor(message: string, fields: Fields) {
    this.#message = message;
    this.#fields = fields;
  }

  id(at: number, name: string): Id {
    const value = this.#fields[at];
    return isId(value) ? value : this.#fail(name, 'an id, an integer from 1 to 2^53', value);
  }

  /** Revocations answer no request: their request is 0. */
  idOrZero(at: number, name: string): number {
    return this.#fields[at] === 0 ? 0 : this.id(at, name);
  }

  integer(at: number, name: string): number {
    const value = this.#fields[at];
    return typeof value === 'number' && Number.isInteger(value) ? value : this.#fail(name, 'an integer', value);
  }

  text(at: number, name: string): string {
    const value = this.#fields[at];
    return typeof value === 'string' ? value : this.#fail(name, 'a string', value);
  }

  /** A text that no error message repeats. */
  secret(at: number, name: string): string {
    const value = this.#fields[at];
    if (typeof value === 'string') return value;
    throw new ProtocolError(`${this.#message}.${name} must be a string, and is ${kindOf(value)}`);
  }

  /** A URI of the loose rule, where no request could be answered with `invalid_uri` instead. */
  uri(at: number, name: string): string {
    const value = this.text(at, name);
    return isUri(value) ? value : this.#fail(name, 'a URI', value);
  }

  textOrNull(at: number, name: string): string | null {
    return this.#fields[at] === null ? null : this.text(at, name);
  }

  dict(at: number, name: string): Dict {
    const value = this.#fields[at];
    return isDict(value) ? value : this.#fail(name, 'a dictionary', value);
  }

  optionalDict(at: number, name: string): Dict | undefined {
    return this.#fields[at] === undefined ? undefined : this.dict(at, name);
  }

  #fail(name: string, wanted: string, value: unknown): never {
    throw new ProtocolError(`${this.#message}.${name} must be ${wanted}, and is ${describe(value)}`);
  }
}

/** Characters of a text that an error message repeats. */
const MAX_SHOWN = 40;

/** A value, for an error message: itself where it is short, else the kind of thing that it is. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value);
    case 'number':
    case 'bigint':
    case 'boolean':
      return `the ${typeof value} ${value}`;
    default:
      return kindOf(value);
  }
}

/** The kind of thing that a value is, for an error message that must not repeat it, since it may be a secret. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isDict(value)) return 'a dictionary';
  return typeof value === 'object' ? 'bytes' : `a ${typeof value}`;
}
