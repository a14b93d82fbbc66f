import type { Match, Uri } from '@wigwag/core/wire';
import { isPattern } from '@wigwag/core/wire';
import type { DisclosureRule } from '../../disclosure.js';
import type { Action } from './action.js';
import { actions } from './action.js';
import { withoutPlaceholders } from './placeholders.js';

/** How much of what a rule allows one session may do. */
export interface RuleLimits {
  /** Requests per second; more are refused with `wigwag.error.limit_exceeded`. */
  readonly rate?: number;
  /** Requests that may come at once before `rate` counts. Default: what `rate` allows in a second, at least 1. */
  readonly burst?: number;
  /** Bytes of the arguments of one PUBLISH or CALL; more are refused with `wamp.error.payload_size_exceeded`. */
  readonly maxPayload?: number;
}

/** What sessions of one role may do with the topics and procedures that a pattern matches. */
export interface Rule {
  /**
   * A URI or a pattern. As a component of it, `{authid}` stands for whom the session acts as (as `uriComponent` writes
   * it) and `{session}` for its id.
   */
  readonly uri: Uri;
  /** Default `exact`. */
  readonly match?: Match;
  /** None: whatever this matches is denied. */
  readonly allow: readonly Action[];
  /** Whether who acts under this rule is named to who sees it. Default: what the router's options say. */
  readonly disclosure?: DisclosureRule;
  readonly limits?: RuleLimits;
}

/** Something in a rule that is not right. */
export interface RuleProblem {
  /** Where in the rule. */
  readonly path: readonly string[];
  /** What would be right. */
  readonly message: string;
}

/** What is wrong with a rule that has the right types, as far as it can be told from the rule alone. */
export function ruleProblems({ uri, match = 'exact', allow, disclosure, limits }: Rule): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const refuse = (path: readonly string[], message: string) => problems.push({ path, message });
  const plain = withoutPlaceholders(uri);
  if (plain === undefined) {
    refuse(
      ['uri'],
      'a placeholder is {authid} or {session}, and a whole component: between dots, as in "user.{authid}.inbox"',
    );
  } else if (!isPattern(plain, match)) {
    refuse(['uri'], `${JSON.stringify(uri)} is no URI that can be matched with "${match}"`);
  } else if (match === 'prefix' && uri.endsWith('}')) {
    refuse(
      ['uri'],
      `end the prefix with a dot: "${uri}" would match what belongs to everybody whose name begins alike`,
    );
  }
  const acting = allow.filter((action) => action !== 'subscribe');
  if (disclosure !== undefined && acting.length === 0) {
    refuse(['disclosure'], 'disclosure is about who publishes, calls or registers, and the rule allows none of these');
  }
  const carrying = allow.filter((action) => action === 'publish' || action === 'call');
  if (limits?.maxPayload !== undefined && carrying.length === 0) {
    refuse(['limits', 'maxPayload'], 'only PUBLISH and CALL carry a payload, and the rule allows neither');
  }
  if (limits?.burst !== undefined && limits.rate === undefined) {
    refuse(['limits', 'burst'], 'burst says how far "rate" may be exceeded: give a rate too');
  }
  return problems;
}

const matchNames: readonly unknown[] = ['exact', 'prefix', 'wildcard'];
const disclosureNames: readonly unknown[] = ['allow', 'force', 'refuse', undefined];
const keys = new Set(['uri', 'match', 'allow', 'disclosure', 'limits']);
const limitKeys = new Set(['rate', 'burst', 'maxPayload']);

/** As `ruleProblems`, for what may be no rule at all: rules come from JavaScript too. */
export function anyRuleProblems(rule: Rule): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const check = (right: boolean, path: readonly string[], message: string) => {
    if (!right) problems.push({ path, message });
  };
  if (typeof rule !== 'object' || rule === null)
    return [{ path: [], message: 'a rule is an object { uri, match, allow }' }];
  const { uri, match = 'exact', allow, disclosure, limits = {} } = rule;
  for (const key of Object.keys(rule)) check(keys.has(key), [key], `a rule has ${[...keys].join(', ')}, nothing else`);
  check(typeof uri === 'string', ['uri'], 'must be a URI or pattern, as text');
  check(matchNames.includes(match), ['match'], 'must be exact, prefix or wildcard');
  const listed = Array.isArray(allow) && allow.every((action) => actions.includes(action));
  check(listed, ['allow'], `must be a list with any of ${actions.join(', ')}`);
  check(disclosureNames.includes(disclosure), ['disclosure'], 'must be allow, force or refuse');
  for (const [key, value] of Object.entries(limits)) {
    check(limitKeys.has(key), ['limits', key], `limits are ${[...limitKeys].join(', ')}`);
    check(
      typeof value === 'number' && value > 0 && Number.isFinite(value),
      ['limits', key],
      'must be a number above 0',
    );
  }
  return problems.length > 0 ? problems : ruleProblems(rule);
}
