import { InvalidArgumentError } from '../wire/errors.js';
import { describe, isDict } from '../wire/fields.js';
import { count, fault, flag, mustBe, oneOf, rule, rules } from '../wire/rules.js';
import { func, has } from '../wire/settings.js';

const milliseconds = rule('a number of milliseconds, 0 or more', (value) => typeof value === 'number' && value >= 0);
const signal = rule(
  'an AbortSignal',
  (value) => value instanceof Object && 'aborted' in value && 'throwIfAborted' in value,
);
const iterable = rule(
  'something to iterate over or a ReadableStream',
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    (Symbol.asyncIterator in value || Symbol.iterator in value || 'getReader' in value),
);

/** A Map has no keys of its own, and would be sent as an empty dictionary. */
const kwargsRule = rule('an object', (value) => isDict(value) && !(Symbol.iterator in value));

/** The options of requests that this side keeps to itself; those that go on the wire are checked when they do. */
const localOptions = /* @__PURE__ */ rules({
  kwargs: kwargsRule,
  signal,
  timeout: milliseconds,
  cancel: oneOf('skip', 'kill', 'killnowait'),
  offline: oneOf('fail', 'wait'),
  limit: count,
  input: iterable,
  onMissed: func,
  recover: flag,
});

/** @throws InvalidArgumentError that names the option of a request that this side cannot work with */
export function requireOptions(options: unknown): void {
  if (!isDict(options)) throw new InvalidArgumentError(`options must be an object, and are ${describe(options)}`);
  const wrong = fault(localOptions, options);
  if (wrong !== undefined) throw new InvalidArgumentError(`the option ${wrong}`);
}

/** @throws InvalidArgumentError for what is no list of arguments, or no dictionary of keyword arguments */
export function requireContent(args: unknown, kwargs: unknown): void {
  if (!Array.isArray(args)) throw new InvalidArgumentError(`args must be an array, and are ${describe(args)}`);
  if (!kwargsRule.accepts(kwargs)) throw new InvalidArgumentError(`kwargs ${mustBe(kwargsRule, kwargs)}`);
}

/** @throws InvalidArgumentError */
export function requireHandler(handler: unknown): void {
  if (!func.accepts(handler)) throw new InvalidArgumentError(`the handler ${mustBe(func, handler)}`);
}

/**
 * @param what the kind of thing that it has to be, such as `client`
 * @param member what makes it one
 * @throws InvalidArgumentError
 */
export function requireA(what: string, value: unknown, member: string): void {
  const wanted = rule(`a ${what}`, has(member));
  if (!wanted.accepts(value)) throw new InvalidArgumentError(`the ${what} ${mustBe(wanted, value)}`);
}

/** A time as CALL carries it: whole milliseconds. `undefined` for as long as it takes, which 0 and Infinity are. */
export function wholeMilliseconds(time: number | undefined): number | undefined {
  return time === undefined || time === 0 || time > Number.MAX_SAFE_INTEGER ? undefined : Math.ceil(time);
}
