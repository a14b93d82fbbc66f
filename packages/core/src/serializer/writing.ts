import { EncodeError } from '../wire/errors.js';
import { MAX_ID } from '../wire/ids.js';

/**
 * The keys that lead to the value a writer stands at: `path[0]` names the element (`args`), `path[depth - 1]` the
 * value itself. Writers overwrite entries as they go, so only the first `depth` of them count.
 */
export type Path = (string | number)[];

/** What a writer carries along. */
export interface Writing {
  readonly path: Path;
  readonly maxDepth: number;
  /**
   * The largest number that is written as an integer, 2^53 in an envelope and 2^53-1 in a payload: an integer beyond
   * it reads as a bigint, so a number beyond it is written as a float.
   */
  readonly largest: number;
}

/** For the fields of an envelope: each is at `path[1]`, and so at depth 2. */
export function writingEnvelope(maxDepth: number): Writing {
  return { path: ['message', 0], maxDepth: maxDepth + 1, largest: MAX_ID };
}

/** For the elements of a payload: each is at `path[0]`, first `args`, and so at depth 1. */
export function writingPayload(maxDepth: number): Writing {
  return { path: ['args'], maxDepth, largest: Number.MAX_SAFE_INTEGER };
}

/** Whether an integer is written as one; beyond, it goes out as a float. */
export function isExact(value: number, { largest }: Writing): boolean {
  return value <= largest && value >= Number.MIN_SAFE_INTEGER;
}

/** @throws EncodeError always: `args[0].when is a Date, …`. */
export function refuse({ path }: Writing, depth: number, why: string): never {
  let at = '';
  for (const key of path.slice(0, depth)) at += typeof key === 'number' ? `[${key}]` : at === '' ? key : `.${key}`;
  throw new EncodeError(`${at.length > 200 ? `${at.slice(0, 200)}…` : at} ${why}`);
}

/** @throws EncodeError for a value that no serializer can carry; what it is stands in the message. */
export function refuseValue(value: unknown, writing: Writing, depth: number): never {
  const name = typeof value === 'object' ? `of type ${value?.constructor?.name}` : `a ${typeof value}`;
  refuse(writing, depth, value === undefined ? 'is undefined' : `is ${name}, which cannot be sent faithfully`);
}

/** @throws EncodeError for what is nested too deep, as everything is that contains itself. */
export function refuseDepth(writing: Writing, depth: number): never {
  refuse(writing, depth, 'is nested too deep, or contains itself');
}

/** Whether a value is bytes: a `Uint8Array` of any realm, and so a Node `Buffer` too. */
export function isBytes(value: object): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** Whether a value is a date, of any realm. */
export function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}

/**
 * Whether a value is a dictionary and nothing more: no class instance, whose class and accessors would not survive.
 * The prototype test holds for objects from another realm too.
 */
export function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
