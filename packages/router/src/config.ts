import { parseArgs } from 'node:util';
import { isUri } from '@wigwag/core/wire';

/** What the command line can say. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly realms: readonly string[];
  /** Port for RawSocket, where it is wanted. */
  readonly rawsocket: number | undefined;
  readonly help: boolean;
  readonly version: boolean;
}

/** A mistake on the command line; the message says what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}

/** @throws UsageError */
export function readArgs(args: readonly string[]): Config {
  const { port, host, path, realm, rawsocket, help, version } = parse(args);
  if (!path.startsWith('/')) throw new UsageError(`--path begins with "/", and got ${JSON.stringify(path)}`);
  for (const name of realm) {
    if (!isUri(name)) throw new UsageError(`--realm takes a URI such as realm1, and got ${JSON.stringify(name)}`);
  }
  return {
    port: readPort('port', port),
    host,
    path,
    realms: realm,
    rawsocket: rawsocket === undefined ? undefined : readPort('rawsocket', rawsocket),
    help,
    version,
  };
}

function readPort(name: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--${name} takes a number from 0 to 65535, and got ${JSON.stringify(text)}`);
}

// Node's own parser, because it knows repeated options and refuses unknown ones.
function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        port: { type: 'string', default: '8080' },
        host: { type: 'string', default: '127.0.0.1' },
        path: { type: 'string', default: '/ws' },
        realm: { type: 'string', multiple: true, default: ['realm1'] },
        rawsocket: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
