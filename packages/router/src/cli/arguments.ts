import { parseArgs } from 'node:util';
import { textOf } from '@wigwag/core/session';
import { isUri } from '@wigwag/core/wire';

/** What the command line asks for. */
export type Command =
  | { readonly type: 'help' }
  | { readonly type: 'version' }
  /** Run what a configuration file describes. */
  | { readonly type: 'run file'; readonly file: string }
  /** Say what is wrong with a configuration file. */
  | { readonly type: 'check'; readonly file: string }
  | {
      readonly type: 'run';
      readonly port: number;
      readonly host: string;
      readonly path: string;
      readonly realms: readonly string[];
      /** Port for RawSocket, where it is wanted. */
      readonly rawsocket: number | undefined;
    };

/** A mistake on the command line; the message says what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}

/** @throws UsageError */
export function readArgs(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const { help, version, config, ...given } = values;
  if (help) return { type: 'help' };
  if (version) return { type: 'version' };
  const [command, file, ...rest] = positionals;
  if (command !== undefined) {
    if (command !== 'check') throw new UsageError(`there is no command ${JSON.stringify(command)}, only check`);
    if (file === undefined || rest.length > 0) throw new UsageError('check takes the name of one file');
    refuse({ config, ...given }, 'check takes no options');
    return { type: 'check', file };
  }
  if (config !== undefined) {
    refuse(given, 'with --config the file says everything');
    return { type: 'run file', file: config };
  }
  const { port = '8080', host = '127.0.0.1', path = '/ws', realm = ['realm1'], rawsocket } = given;
  if (!path.startsWith('/')) throw new UsageError(`--path begins with "/", and got ${JSON.stringify(path)}`);
  for (const name of realm) {
    if (!isUri(name)) throw new UsageError(`--realm takes a URI such as realm1, and got ${JSON.stringify(name)}`);
  }
  return {
    type: 'run',
    port: readPort('port', port),
    host,
    path,
    realms: realm,
    rawsocket: rawsocket === undefined ? undefined : readPort('rawsocket', rawsocket),
  };
}

function refuse(given: Readonly<Record<string, unknown>>, why: string): void {
  const [name] = Object.keys(given).filter((key) => given[key] !== undefined);
  if (name !== undefined) throw new UsageError(`${why}: leave --${name} off`);
}

function readPort(name: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--${name} takes a number from 0 to 65535, and got ${JSON.stringify(text)}`);
}

// Node's own parser, because it knows repeated options and refuses unknown ones.
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        path: { type: 'string' },
        realm: { type: 'string', multiple: true },
        rawsocket: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(textOf(cause), { cause });
  }
}
