import { kindOf } from '@wigwag/core/wire';
import type { Clock } from '../../clock.js';
import { systemClock } from '../../clock.js';
import type { Admit } from '../../session/admission.js';
import type { Member } from '../../session/member.js';
import { clockSetting, requireSettings } from '../../settings.js';
import type { Request } from './action.js';
import { requestOf } from './action.js';
import { Allowances } from './allowances.js';
import { notAuthorized } from './denied.js';
import type { Scope, ScopedRule } from './permissions.js';
import { keyOf, Permissions, scopesOf } from './permissions.js';
import { commonHead, fillPlaceholders, hasPlaceholders } from './placeholders.js';
import type { Rule } from './rule.js';
import { anyRuleProblems } from './rule.js';

/** Options of `rules`. */
export interface RulesOptions {
  /** For tests. Default: the host's. */
  readonly clock?: Clock;
}

/**
 * Allows what the rules allow, and nothing else. Of several that match the most specific pattern decides.
 * @throws TypeError that names the rule, and what would be right
 */
export function rules(list: readonly Rule[], options: RulesOptions = {}): Admit {
  if (!Array.isArray(list)) throw new TypeError(`rules takes a list of rules, and got ${kindOf(list)}`);
  requireSettings({ clock: clockSetting }, options);
  const { clock = systemClock } = options;
  for (const [at, rule] of list.entries()) check(rule, at);
  // With placeholders as they are, so that rules which allow the same are told from each other here already.
  const scopes = scopesOf(list.map(scoped));
  const spelt = scopes.filter(({ uri }) => !hasPlaceholders(uri));
  const personal = scopes.filter(({ uri }) => hasPlaceholders(uri));
  const permissions = new Permissions(spelt);
  const taken = new Set(spelt.map(keyOf));
  const heads = personal.map(({ uri }) => commonHead(uri));
  const own = new WeakMap<Member, readonly Scope[]>();
  /** Made for the first request that they may be about, which many sessions never send. */
  const ownOf = (member: Member, request: Request): readonly Scope[] | undefined => {
    if (!mayBeIn(heads, request)) return undefined;
    const known = own.get(member);
    if (known) return known;
    const made = filled(personal, taken, member);
    own.set(member, made);
    return made;
  };
  const allowances = new Allowances(clock);
  const grants = new Map(list.map((rule) => [rule, rule.disclosure && { disclosure: rule.disclosure }]));
  return (member, message) => {
    const request = requestOf(message);
    const rule = permissions.find(request, ownOf(member, request));
    if (!rule) return notAuthorized(member, request);
    return (rule.limits && allowances.check(rule, member, message)) ?? grants.get(rule);
  };
}

/** @throws TypeError */
function check(rule: Rule, at: number): void {
  const [problem] = anyRuleProblems(rule);
  if (!problem) return;
  throw new TypeError(`rules[${at}]${problem.path.map((key) => `.${key}`).join('')}: ${problem.message}`);
}

function scoped(rule: Rule): ScopedRule {
  return { uri: rule.uri, match: rule.match ?? 'exact', rule };
}

/** Whether one of the patterns with these heads may be about a request; one with a pattern of its own is looked at closer. */
function mayBeIn(heads: readonly string[], { uri, match }: Request): boolean {
  for (const head of heads) if (match !== 'exact' || uri.startsWith(head)) return true;
  return false;
}

/**
 * The scopes with placeholders as they are for one session. A pattern that is there already, spelt out or from another
 * placeholder, is left off: a name must not be able to change what a rule for somebody else says.
 */
function filled(personal: readonly Scope[], taken: ReadonlySet<string>, member: Member): readonly Scope[] {
  const own: Scope[] = [];
  for (const { uri: template, match, rules } of personal) {
    const uri = fillPlaceholders(template, member);
    if (uri === undefined) continue;
    const mine = { uri, match, rules };
    const key = keyOf(mine);
    if (!taken.has(key) && !own.some((other) => keyOf(other) === key)) own.push(mine);
  }
  // Of its length: a list that has grown keeps room for 17.
  return own.slice();
}
