import { z } from 'zod';
import type { Problem } from './errors.js';

type Raw = Parameters<z.core.$ZodErrorMap>[0];

/** What zod found, as problems. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], before: readonly PropertyKey[] = []): Problem[] {
  return issues.flatMap((issue) => {
    const path = [...before, ...issue.path];
    if (issue.code === 'invalid_union') {
      const branch = meant(issue.errors);
      if (branch) return problemsOf(branch, path);
    }
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: pathText([...path, key]), message: issue.message }));
    }
    return [{ path: pathText(path), message: issue.message }];
  });
}

/** The one alternative of a union that was meant: the others are not even of the same kind. */
function meant(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const [only, ...others] = branches.filter((issues) =>
    issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys' || code === 'custom'),
  );
  return others.length === 0 ? only : undefined;
}

export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = String(key);
    if (!/^[\w$-]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** Words for what zod finds: what would be right, and what is there. */
export function describeIssue(issue: Raw): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing: must be ${kind(issue.expected)}`
        : `must be ${kind(issue.expected)}, and is ${show(issue.input)}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}, and is ${show(issue.input)}`;
    case 'unrecognized_keys':
      return `is no key here: ${known(issue.inst)}`;
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      if (issue.origin === 'array')
        return `must have at least ${issue.minimum} ${issue.minimum === 1 ? 'entry' : 'entries'}`;
      return `must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}, and is ${show(issue.input)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}, and is ${show(issue.input)}`;
    case 'invalid_format':
      return `must be ${issue.format === 'url' ? 'an address such as https://shop.example/keys' : 'of another form'}, and is ${show(issue.input)}`;
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? `must be ${oneOf(issue.options)}` : undefined;
    default:
      return undefined;
  }
}

/** The keys that an object may have. */
function known(schema: unknown): string {
  if (!(schema instanceof z.ZodObject)) return 'leave it off';
  return `those are ${Object.keys(schema.shape).join(', ')}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function kind(expected: string): string {
  return kinds[expected] ?? expected;
}

function oneOf(values: readonly unknown[]): string {
  const texts = values.filter((value) => value !== undefined && value !== null).map((value) => JSON.stringify(value));
  return texts.length === 1 ? `${texts[0]}` : `one of ${texts.join(', ')}`;
}

/** A value as it stands in the file, or what kind of thing it is. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}
