import type { Problem } from './errors.js';
import { pathText } from './problems.js';
import type { Config } from './schema.js';

/** What is wrong between the parts of a configuration that are right by themselves. */
export function crossChecks(config: Config): Problem[] {
  return [
    ...emptyRealms(config),
    ...unknownRoles(config),
    ...missingUsers(config),
    ...repeatedMethods(config),
    ...sharedKeys(config),
    ...unknownRealms(config),
  ];
}

type Found = readonly [path: readonly PropertyKey[], message: string];

function problems(found: readonly Found[]): Problem[] {
  return found.map(([path, message]) => ({ path: pathText(path), message }));
}

/** The names of all roles, where there are any. */
function rolesOf({ realms = {} }: Config): Set<string> {
  return new Set(Object.values(realms).flatMap(({ roles = {} }) => Object.keys(roles)));
}

/** Without rules and without logins this machine may do everything; else a realm without roles is of no use. */
function emptyRealms(config: Config): Problem[] {
  const { realms = {}, authenticators } = config;
  if (!authenticators && rolesOf(config).size === 0) return [];
  if (Object.keys(realms).length === 0) {
    return problems([[['realms'], 'is missing: those who log in may do nothing; give a realm with roles']]);
  }
  return problems(
    Object.entries(realms)
      .filter(([, { roles = {} }]) => Object.keys(roles).length === 0)
      .map(([name]): Found => [['realms', name, 'roles'], 'is missing: nobody may do anything in this realm']),
  );
}

function unknownRoles(config: Config): Problem[] {
  const roles = rolesOf(config);
  const { users = {}, rates = {}, authenticators, trustLevels = {} } = config;
  if (roles.size === 0) return [];
  const wrong = (path: readonly PropertyKey[], role: string): Found[] =>
    roles.has(role) ? [] : [[path, `no realm has a role ${JSON.stringify(role)}; there are ${[...roles].join(', ')}`]];
  return problems([
    ...Object.entries(users).flatMap(([authid, { authrole }]) => wrong(['users', authid, 'authrole'], authrole)),
    ...Object.keys(rates).flatMap((role) => wrong(['rates', role], role)),
    ...Object.entries(trustLevels).flatMap(([whose, levels]) =>
      Object.keys(levels).flatMap((role) => wrong(['trustLevels', whose, role], role)),
    ),
    ...(authenticators ?? [{ method: 'anonymous' as const }]).flatMap((each, at) =>
      each.method === 'anonymous'
        ? wrong(
            authenticators ? ['authenticators', at, 'authrole'] : ['realms'],
            ('authrole' in each && each.authrole) || 'anonymous',
          )
        : [],
    ),
  ]);
}

function missingUsers({ users, authenticators = [] }: Config): Problem[] {
  return problems(
    authenticators.flatMap((each, at): Found[] => {
      if (each.method === 'anonymous' || each.method === 'cookie') return [];
      if (each.procedure === undefined && each.realm !== undefined) {
        return [[['authenticators', at, 'realm'], 'says where the procedure is: give a procedure too']];
      }
      if (each.method === 'ticket' && each.jwt) {
        return each.procedure === undefined
          ? []
          : [[['authenticators', at, 'procedure'], 'tickets are judged by jwt or by a procedure, not by both']];
      }
      return users || each.procedure !== undefined
        ? []
        : [
            [
              ['authenticators', at],
              `nobody could log in with ${each.method}: give users, or a procedure that finds them`,
            ],
          ];
    }),
  );
}

function repeatedMethods({ authenticators = [] }: Config): Problem[] {
  const methods = authenticators.map(({ method }) => method);
  return problems(
    methods.flatMap((method, at): Found[] =>
      methods.indexOf(method) < at
        ? [[['authenticators', at, 'method'], `${method} stands there already: each method once`]]
        : [],
    ),
  );
}

/** A key says by itself whose it is. */
function sharedKeys({ users = {} }: Config): Problem[] {
  const owners = new Map<string, string>();
  return problems(
    Object.entries(users).flatMap(([authid, { cryptosign = [] }]) =>
      cryptosign.flatMap((key, at): Found[] => {
        const owner = owners.get(key.toLowerCase());
        owners.set(key.toLowerCase(), owner ?? authid);
        if (owner === undefined || owner === authid) return [];
        return [[['users', authid, 'cryptosign', at], `is the key of ${JSON.stringify(owner)} already`]];
      }),
    ),
  );
}

/** Realms that procedures are looked for in. */
function unknownRealms({ realms = { realm1: {} }, authenticators = [] }: Config): Problem[] {
  const wrong = (path: readonly PropertyKey[], realm: string | undefined): Found[] =>
    realm === undefined || Object.hasOwn(realms, realm) ? [] : [[path, `there is no realm ${JSON.stringify(realm)}`]];
  return problems([
    ...authenticators.flatMap((each, at) =>
      'realm' in each ? wrong(['authenticators', at, 'realm'], each.realm) : [],
    ),
    ...Object.entries(realms).flatMap(([name, { roles = {} }]) =>
      Object.entries(roles).flatMap(([role, permission]) =>
        typeof permission === 'object' && 'realm' in permission
          ? wrong(['realms', name, 'roles', role, 'realm'], permission.realm)
          : [],
      ),
    ),
  ]);
}
