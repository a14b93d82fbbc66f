import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { anonymous } from '../access/anonymous.js';
import type { Authenticator } from '../access/authenticator.js';
import { cookie } from '../access/cookie.js';
import { cryptosign } from '../access/cryptosign.js';
import type { ProcedureOptions } from '../access/procedure.js';
import { cookiesByProcedure, ticketByProcedure, usersByProcedure } from '../access/procedure.js';
import { scram } from '../access/scram.js';
import type { CheckTicket } from '../access/ticket.js';
import { ticket } from '../access/ticket.js';
import { tls } from '../access/tls.js';
import type { Users } from '../access/users.js';
import { staticUsers } from '../access/users.js';
import { wampcra } from '../access/wampcra.js';
import type { JwtKeys } from '../jwt/jwt.js';
import type { Config } from './schema.js';

type Method = NonNullable<Config['authenticators']>[number];
type Jwt = NonNullable<Extract<Method, { method: 'ticket' }>['jwt']>;

/**
 * The authenticators that a configuration asks for.
 * @param path makes a file's name that counts from the configuration's folder a whole one
 * @throws Error for files that cannot be read, and TypeError for what is no key
 */
export function authenticatorsOf(config: Config, path: (name: string) => string): Promise<Authenticator[]> {
  const users = staticUsers(config.users ?? {});
  return Promise.all((config.authenticators ?? []).map((method) => authenticatorOf(method, users, path)));
}

async function authenticatorOf(method: Method, table: Users, path: (name: string) => string): Promise<Authenticator> {
  switch (method.method) {
    case 'anonymous':
      return anonymous(optionsOf(method));
    case 'cookie': {
      const { method: _, ...source } = method;
      return cookie({ check: cookiesByProcedure(source) });
    }
    case 'ticket': {
      const asked = procedureOf(method);
      if (method.jwt) return ticket({ check: await jwtOf(method.jwt, path), provider: 'jwt' });
      return asked ? ticket({ check: ticketByProcedure(asked) }) : ticket({ users: table });
    }
    case 'wampcra':
      return wampcra({ ...optionsOf(method), users: usersOf(method, table) });
    case 'wamp-scram':
      return scram({ ...optionsOf(method), users: usersOf(method, table) });
    case 'cryptosign':
      return cryptosign({ ...optionsOf(method), users: usersOf(method, table) });
    case 'tls':
      return tls({ users: usersOf(method, table) });
  }
}

type Source = Partial<ProcedureOptions>;

function procedureOf({ procedure, realm }: Source): ProcedureOptions | undefined {
  return procedure === undefined ? undefined : { procedure, ...(realm !== undefined && { realm }) };
}

/** What a method is told beside its name and where its users are. */
function optionsOf<T extends Source & Pick<Method, 'method'>>({ method: _, procedure: __, realm: ___, ...options }: T) {
  return options;
}

/** A procedure's strangers look like those in the table, if there are any. */
function usersOf(method: Source, table: Users): Users {
  const asked = procedureOf(method);
  return asked ? usersByProcedure(asked, table.lookalikes) : table;
}

async function jwtOf({ keys, ...options }: Jwt, path: (name: string) => string): Promise<CheckTicket> {
  const { jwt } = await import('../jwt/index.js');
  return jwt({ ...options, keys: await keysOf(keys, path) });
}

async function keysOf(keys: Jwt['keys'], path: (name: string) => string): Promise<JwtKeys> {
  if ('secret' in keys) return new TextEncoder().encode(keys.secret);
  if ('url' in keys) return new URL(keys.url);
  const text = await readFile(path(keys.file), 'utf8');
  return text.trimStart().startsWith('{') ? JSON.parse(text) : createPublicKey(text);
}
