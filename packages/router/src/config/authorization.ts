import { allowAll, authorizerByProcedure, byRealm, byRole, rules } from '../access/authorization/index.js';
import type { Admit } from '../session/admission.js';
import type { Config } from './schema.js';

type Roles = NonNullable<NonNullable<Config['realms']>[string]['roles']>;

/** What the roles of each realm may do; `undefined` where there are none, so that the router's default counts. */
export function authorizationOf({ realms = {} }: Config): Admit | undefined {
  const named = Object.entries(realms).filter(([, { roles = {} }]) => Object.keys(roles).length > 0);
  if (named.length === 0) return undefined;
  return byRealm(Object.fromEntries(named.map(([name, { roles = {} }]) => [name, byRole(mapValues(roles, admitOf))])));
}

function admitOf(permission: Roles[string]): Admit {
  if (permission === 'everything') return allowAll;
  if (!('procedure' in permission)) return rules(permission);
  const { procedure, realm, ...options } = permission;
  return authorizerByProcedure({ procedure, ...(realm !== undefined && { realm }) }, options);
}

function mapValues<T, R>(object: Readonly<Record<string, T>>, make: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, make(value)]));
}
