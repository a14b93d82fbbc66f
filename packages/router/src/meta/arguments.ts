import type { Dict, Id, Match, Uri } from '@wigwag/core/wire';
import { describe, ErrorUri, isDict, isId, isUri } from '@wigwag/core/wire';
import type { MetaCall } from './procedure.js';
import { CallRefused, invalidArgument } from './procedure.js';

/** The positional argument `at`, an id. @throws CallRefused `wamp.error.invalid_argument` */
export function idArgument({ args }: MetaCall, at: number, name: string): Id {
  const value = args[at];
  if (isId(value)) return value;
  throw invalidArgument(`argument ${at + 1} (${name}) must be an id, and is ${describe(value)}`);
}

/** The positional argument `at`, text. @throws CallRefused `wamp.error.invalid_argument` */
export function textArgument({ args }: MetaCall, at: number, name: string): string {
  const value = args[at];
  if (typeof value === 'string') return value;
  throw invalidArgument(`argument ${at + 1} (${name}) must be a string, and is ${describe(value)}`);
}

/**
 * The positional argument `at`, a dictionary.
 * @param absent what it is where it is absent or null; without it, it must be there
 * @throws CallRefused `wamp.error.invalid_argument`
 */
export function dictArgument({ args }: MetaCall, at: number, name: string, absent?: Dict): Dict {
  const value = args[at] ?? absent;
  if (isDict(value)) return value;
  throw invalidArgument(`argument ${at + 1} (${name}) must be a dictionary, and is ${describe(value)}`);
}

/** The positional argument `at`, a list; empty where it is absent or null. @throws CallRefused */
export function listArgument({ args }: MetaCall, at: number, name: string): readonly unknown[] {
  const value = args[at] ?? [];
  if (Array.isArray(value)) return value;
  throw invalidArgument(`argument ${at + 1} (${name}) must be a list, and is ${describe(value)}`);
}

/** The positional argument `at`, a list of strings; `undefined` where it is absent or null. @throws CallRefused */
export function textsArgument({ args }: MetaCall, at: number, name: string): readonly string[] | undefined {
  const value = args[at];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw invalidArgument(`argument ${at + 1} (${name}) must be a list of strings`);
}

/** The keyword argument `name`, text; `undefined` where it is absent or null. @throws CallRefused */
export function textKeyword({ kwargs }: MetaCall, name: string): string | undefined {
  const value = kwargs[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw invalidArgument(`keyword argument ${name} must be a string, and is ${describe(value)}`);
}

/** The keyword argument `name`, a dictionary; `undefined` where it is absent or null. @throws CallRefused */
export function dictKeyword({ kwargs }: MetaCall, name: string): Dict | undefined {
  const value = kwargs[name];
  if (value === undefined || value === null) return undefined;
  if (isDict(value)) return value;
  throw invalidArgument(`keyword argument ${name} must be a dictionary, and is ${describe(value)}`);
}

/** The keyword argument `name`, a number of milliseconds; `undefined` where it is absent or null. @throws CallRefused */
export function millisecondsKeyword({ kwargs }: MetaCall, name: string): number | undefined {
  const value = kwargs[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 0) return value;
  throw invalidArgument(`keyword argument ${name} must be milliseconds, at least 0, and is ${describe(value)}`);
}

/** The keyword argument `name`, a URI. @throws CallRefused `wamp.error.invalid_uri` */
export function uriKeyword({ kwargs }: MetaCall, name: string): Uri | undefined {
  const value = kwargs[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && isUri(value)) return value;
  throw new CallRefused(ErrorUri.INVALID_URI, `keyword argument ${name} must be a URI, such as wamp.close.killed`);
}

/** `match` in the options that are argument `at`, as SUBSCRIBE and REGISTER have it. @throws CallRefused */
export function matchArgument({ args }: MetaCall, at: number): Match {
  const options = args[at] ?? {};
  const match = isDict(options) ? (options.match ?? 'exact') : undefined;
  if (match === 'exact' || match === 'prefix' || match === 'wildcard') return match;
  throw invalidArgument(`argument ${at + 1} (options) must be a dictionary, its match exact, prefix or wildcard`);
}
