import { cbor } from '@wigwag/core/serializer/cbor';
import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { msgpack } from '@wigwag/core/serializer/msgpack';
import type { Serializer } from '@wigwag/core/wire';
import type { ListenOptions } from '../listen/listen.js';
import type { RouterOptions, TrustLevels } from '../options.js';
import { defaultLimits } from '../options.js';
import type { TrustLevel } from '../trust.js';
import { authenticatorsOf } from './authentication.js';
import { authorizationOf } from './authorization.js';
import type { Config } from './schema.js';

type Path = (name: string) => string;

/** The options of a router that a configuration describes. @throws as `authenticatorsOf` does, TypeError for rules */
export async function routerOptions(config: Config, path: Path): Promise<RouterOptions> {
  const {
    realms,
    limits,
    serializers,
    trustLevels,
    users: _,
    authenticators,
    listeners: __,
    $schema: ___,
    ...same
  } = config;
  const authorization = authorizationOf(config);
  return {
    ...same,
    ...(limits && { limits }),
    ...(realms && { realms: Object.keys(realms) }),
    ...(serializers && { serializers: serializers.map((name) => serializerOf(name, limits?.maxDepth)) }),
    ...(trustLevels && { trustLevels: trustLevelsOf(trustLevels) }),
    ...(authenticators && { authenticators: await authenticatorsOf(config, path) }),
    ...(authorization && { authorization }),
  };
}

/** Where it is to listen; `[{}]`, which is the default of `listen`, where it does not say. */
export function listenOptions({ listeners = [{}] }: Config, path: Path): ListenOptions[] {
  return listeners.map((listener) => {
    if (listener.protocol !== 'rawsocket') {
      const { protocol: _, tls, ...rest } = listener;
      return { ...rest, ...(tls && { tls: withPaths(tls, path) }) };
    }
    const { protocol, tls, port = 0, unix, ...rest } = listener;
    if (unix !== undefined) return { protocol, unix: path(unix) };
    return { protocol, port, ...rest, ...(tls && { tls: withPaths(tls, path) }) };
  });
}

interface Files {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile?: string;
}

function withPaths<T extends Files>(tls: T, path: Path): T {
  const { certFile, keyFile, caFile } = tls;
  return {
    ...tls,
    certFile: path(certFile),
    keyFile: path(keyFile),
    ...(caFile !== undefined && { caFile: path(caFile) }),
  };
}

function serializerOf(name: 'json' | 'cbor' | 'msgpack', maxDepth = defaultLimits.maxDepth): Serializer {
  switch (name) {
    case 'json':
      return jsonSlices({ maxDepth });
    case 'cbor':
      return cbor({ maxDepth });
    case 'msgpack':
      return msgpack({ maxDepth });
  }
}

function trustLevelsOf({ publishers, callers }: NonNullable<Config['trustLevels']>): TrustLevels {
  return {
    ...(publishers && { publishers: levelsOf(publishers) }),
    ...(callers && { callers: levelsOf(callers) }),
  };
}

function levelsOf(table: Readonly<Record<string, number>>): TrustLevel {
  const levels = new Map(Object.entries(table));
  return ({ authrole }) => levels.get(authrole);
}
