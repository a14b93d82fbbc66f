import { InvalidArgumentError } from './errors.js';
import { isDict, kindOf } from './fields.js';
import type { Rule } from './rules.js';
import { mustBe, rule } from './rules.js';

/** What one setting of an options object accepts; `within` says what the object that it is may have in it. */
export interface Setting extends Rule {
  readonly within?: Settings;
  /** Whether there is no doing without it. Default false. */
  readonly needed?: boolean;
}
/** Every setting that there is, by name. */
export type Settings = Readonly<Record<string, Setting>>;

export const func = /* @__PURE__ */ rule('a function', (value) => typeof value === 'function');
export const object = /* @__PURE__ */ rule('an object', (value) => typeof value === 'object' && value !== null);
/** What accepts an object by what makes it one of its kind: `has('subprotocol')` a serializer. */
export const has = (member: string) => (value: unknown) =>
  typeof value === 'object' && value !== null && member in value;
/** Of time, memory, things: Infinity is no limit. */
export const amount = /* @__PURE__ */ rule(
  'a number of at least 0',
  (value) => typeof value === 'number' && value >= 0,
);
export const someOf = (what: string, accepts: (value: unknown) => boolean): Rule =>
  rule(`a list of ${what}, one at least`, (value) => Array.isArray(value) && value.length > 0 && value.every(accepts));
/** An object with settings of its own. */
export const group = (within: Settings): Setting => ({ ...rule('an object', isDict), within });

/** One that has to be there. */
export const needed = (rule: Rule): Setting => ({ ...rule, needed: true });

/**
 * What is wrong with the first setting that breaks its rule, or has a name that is none of those there are, as a
 * sentence; `undefined` when none does. A setting that is undefined is left open, where it is not needed.
 */
export function settingsFault(settings: Settings, given: unknown, path = ''): string | undefined {
  // Somebody may have passed the secret itself.
  if (!isDict(given)) return `options must be an object, and are ${kindOf(given)}`;
  // What is given first: a name that is mistyped is also one that is missing.
  for (const name of Object.keys({ ...given, ...settings })) {
    const value = given[name];
    const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (value === undefined && !setting?.needed) continue;
    if (!setting) return `there is no option ${path}${name}: there are ${Object.keys(settings).join(', ')}`;
    if (!setting.accepts(value)) return `the option ${path}${name} ${mustBe(setting, value)}`;
    const inner = setting.within && settingsFault(setting.within, value, `${path}${name}.`);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** @throws InvalidArgumentError that names a setting which is mistaken, or is none at all, and says what would be right */
export function requireSettings(settings: Settings, given: unknown): void {
  const wrong = settingsFault(settings, given);
  if (wrong !== undefined) throw new InvalidArgumentError(wrong);
}
