import { describe, isDict, kindOf } from './fields.js';
import { isId } from './ids.js';
import type { Dict } from './messages.js';

/** What a named option accepts, in words and as a test. */
export interface Rule {
  /** Completes "must be …". */
  readonly wanted: string;
  readonly accepts: (value: unknown) => boolean;
  /** Whether what is there may be a secret, which no error message repeats. Default false. */
  readonly secret?: boolean;
}
/** One that says of what type the values are that it accepts. */
export interface RuleOf<T> extends Rule {
  readonly accepts: (value: unknown) => value is T;
}
/** The options that are known, by name. */
export type Rules = ReadonlyMap<string, Rule>;

const isText = (value: unknown): value is string => typeof value === 'string';

export function rule<T>(wanted: string, accepts: (value: unknown) => value is T): RuleOf<T>;
export function rule(wanted: string, accepts: (value: unknown) => boolean): Rule;
export function rule(wanted: string, accepts: (value: unknown) => boolean): Rule {
  return { wanted, accepts };
}
export const oneOf = (...values: readonly string[]): Rule =>
  rule(`one of ${values.join(', ')}`, (value) => isText(value) && values.includes(value));
export const listOf = (what: string, accepts: (value: unknown) => boolean): Rule =>
  rule(`a list of ${what}`, (value) => Array.isArray(value) && value.every(accepts));
export const rules = (table: Readonly<Record<string, Rule>>): Rules => new Map(Object.entries(table));

export const flag = /* @__PURE__ */ rule('a boolean', (value) => typeof value === 'boolean');
export const text = /* @__PURE__ */ rule('a string', isText);
export const id = /* @__PURE__ */ rule('an id, an integer from 1 to 2^53', isId);
export const count = /* @__PURE__ */ rule(
  'an integer of at least 0',
  (value): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0,
);
export const ids = /* @__PURE__ */ listOf('ids', isId);
export const texts = /* @__PURE__ */ listOf('strings', isText);
export const key = /* @__PURE__ */ rule('a string or a number', (value) => isText(value) || typeof value === 'number');
export const dict = /* @__PURE__ */ rule('a dictionary', isDict);

/** The end of a sentence that says what is wrong with a value. */
export function mustBe({ wanted, secret }: Rule, value: unknown): string {
  return `must be ${wanted}, and is ${secret ? kindOf(value) : describe(value)}`;
}

/**
 * What is wrong with the first named option that breaks its rule, as the end of a sentence; `undefined` when none does.
 * Options that are undefined count as left off: CBOR and MessagePack can carry them, and wampy writes them.
 */
export function fault(table: Rules, options: Dict): string | undefined {
  for (const name in options) {
    const known = table.get(name);
    const value = options[name];
    if (known && value !== undefined && !known.accepts(value)) {
      return `${name} ${mustBe(known, value)}`;
    }
  }
  return undefined;
}
