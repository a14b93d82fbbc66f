import type { Clock } from '../../clock.js';
import { systemClock } from '../../clock.js';
import type { Admit } from '../../session/admission.js';
import type { Member } from '../../session/member.js';
import { requestOf } from './action.js';
import { Allowances } from './allowances.js';
import { notAuthorized } from './denied.js';
import type { ScopedRule } from './permissions.js';
import { Permissions } from './permissions.js';
import { fillPlaceholders, hasPlaceholders } from './placeholders.js';
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
export function rules(list: readonly Rule[], { clock = systemClock }: RulesOptions = {}): Admit {
  for (const [at, rule] of list.entries()) check(rule, at);
  const everybodys = new Permissions(list.map(scoped));
  const personal = list.some(({ uri }) => hasPlaceholders(uri));
  const own = new WeakMap<Member, Permissions>();
  const permissionsOf = (member: Member): Permissions => {
    const known = own.get(member) ?? new Permissions(filled(list, member));
    own.set(member, known);
    return known;
  };
  const allowances = new Allowances(clock);
  const grants = new Map(list.map((rule) => [rule, rule.disclosure && { disclosure: rule.disclosure }]));
  return (member, message) => {
    const request = requestOf(message);
    const rule = (personal ? permissionsOf(member) : everybodys).find(request);
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

/**
 * The rules as they are for one session. A pattern that placeholders turn into one that is there already, spelt out or
 * from another placeholder, is left off: a name must not be able to change what a rule for somebody else says.
 */
function filled(list: readonly Rule[], member: Member): ScopedRule[] {
  const spelt = list.filter(({ uri }) => !hasPlaceholders(uri));
  const owners = new Map(spelt.map((rule) => [key(scoped(rule)), rule.uri]));
  const made: ScopedRule[] = [];
  for (const rule of list) {
    const uri = hasPlaceholders(rule.uri) ? fillPlaceholders(rule.uri, member) : undefined;
    if (uri === undefined) continue;
    const mine = { ...scoped(rule), uri };
    const owner = owners.get(key(mine)) ?? rule.uri;
    owners.set(key(mine), owner);
    if (owner === rule.uri) made.push(mine);
  }
  return [...spelt.map(scoped), ...made];
}

function key({ uri, match }: ScopedRule): string {
  return `${match} ${uri}`;
}
