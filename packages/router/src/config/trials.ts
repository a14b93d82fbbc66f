import { access, constants } from 'node:fs/promises';
import { textOf } from '@wigwag/core/session';
import { rules } from '../access/authorization/index.js';
import { checkOrigins } from '../listen/origin.js';
import { Proxies } from '../listen/proxies.js';
import { certificatesOf } from '../listen/tls.js';
import { readRules } from '../store/rules.js';
import { authenticatorsOf } from './authentication.js';
import type { Problem } from './errors.js';
import { listenOptions } from './options.js';
import { pathText } from './problems.js';
import type { Config } from './schema.js';

type Path = readonly PropertyKey[];
type FilePath = (name: string) => string;

/**
 * What the parts of the router would refuse of a configuration: each is tried with what it will be given, the files
 * that are named included, and nothing is started.
 * @param path makes a file's name that counts from the configuration's folder a whole one
 */
export async function trials(config: Config, path: FilePath): Promise<Problem[]> {
  const { history, listeners = [], realms = {}, authenticators = [] } = config;
  const found = await Promise.all([
    trial(['history'], () => readRules(history ?? [])),
    ...Object.entries(realms).flatMap(([name, { roles = {} }]) =>
      Object.entries(roles).map(([role, permission]) =>
        trial(['realms', name, 'roles', role], () => Array.isArray(permission) && rules(permission)),
      ),
    ),
    ...authenticators.map((each, at) =>
      trial(['authenticators', at, ...('jwt' in each && each.jwt ? ['jwt'] : [])], () =>
        authenticatorsOf({ ...config, authenticators: [each] }, path),
      ),
    ),
    ...listeners.flatMap((listener, at) => [
      ...(listener.protocol === 'rawsocket'
        ? []
        : [
            trial(['listeners', at, 'origins'], () => checkOrigins(listener.origins ?? [])),
            trial(['listeners', at, 'trustedProxies'], () => new Proxies(listener.trustedProxies)),
          ]),
      tlsTrial(['listeners', at, 'tls'], listener, path),
    ]),
  ]);
  return found.flat();
}

async function trial(path: Path, run: () => unknown): Promise<Problem[]> {
  try {
    await run();
    return [];
  } catch (error) {
    return [{ path: pathText(path), message: textOf(error) }];
  }
}

type Listener = NonNullable<Config['listeners']>[number];

/** The files that cannot be read; where all can, what is wrong with what is in them. */
async function tlsTrial(at: Path, listener: Listener, path: FilePath): Promise<Problem[]> {
  const [options] = listenOptions({ listeners: [listener] }, path);
  if (!options || !('tls' in options) || !options.tls || !('certFile' in options.tls)) return [];
  const { tls } = options;
  const files = { certFile: tls.certFile, keyFile: tls.keyFile, caFile: tls.caFile };
  const unreadable = await Promise.all(
    Object.entries(files).map(([key, file]) =>
      trial([...at, key], () => (file === undefined ? undefined : access(file, constants.R_OK))),
    ),
  );
  return unreadable.flat().length > 0 ? unreadable.flat() : trial(at, () => certificatesOf(tls));
}
