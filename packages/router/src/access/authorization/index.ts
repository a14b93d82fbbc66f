export type { Action, Request } from './action.js';
export { authorizerByProcedure } from './by-procedure.js';
export { allowAll, byRealm, byRole } from './by-role.js';
export type { CacheOptions } from './cache.js';
export type { AccessAnswer, AccessQuestion, AuthorizerOptions, DecideAccess } from './dynamic.js';
export { authorizer } from './dynamic.js';
export type { Rule, RuleLimits } from './rule.js';
export type { RulesOptions } from './rules.js';
export { rules } from './rules.js';
