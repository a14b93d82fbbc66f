import { parseArgs } from 'node:util';
import type { Invoke, Match } from '@wigwag/core/wire';
import { fromJson } from './output.js';

/** The command line is wrong: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const flags = {
  url: { type: 'string', default: 'ws://127.0.0.1:8080/ws' },
  realm: { type: 'string', default: 'realm1' },
  serializer: { type: 'string', default: 'json' },
  kwargs: { type: 'string' },
  ack: { type: 'boolean', default: true },
  match: { type: 'string' },
  invoke: { type: 'string' },
  count: { type: 'string' },
  timeout: { type: 'string' },
  help: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
} as const;

/** Which flags each command has beside those of the connection. */
const ofCommand: Readonly<Record<string, readonly string[]>> = {
  publish: ['kwargs', 'ack', 'timeout'],
  subscribe: ['match', 'count'],
  call: ['kwargs', 'timeout'],
  register: ['match', 'invoke', 'count'],
};
const ofConnection = ['url', 'realm', 'serializer', 'help', 'version'];

/** A command line, read and checked. */
export interface Arguments {
  readonly command: string;
  /** The topic or procedure. */
  readonly uri: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>> | undefined;
  /** The command that a procedure is served with. */
  readonly run: readonly string[];
  readonly url: string;
  readonly realm: string;
  readonly serializer: string;
  readonly ack: boolean;
  readonly match: Match | undefined;
  readonly invoke: Invoke | undefined;
  readonly count: number | undefined;
  readonly timeout: number | undefined;
}

/** `help` and `version` where they were asked for. @throws UsageError */
export function readArguments(argv: readonly string[]): Arguments | 'help' | 'version' {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const { values, positionals, tokens } = parse(argv.slice(0, end));
  if (values.help) return 'help';
  if (values.version) return 'version';

  // Options end at `--`; what follows is a command to run, where one can be run, and else arguments like any other.
  const behind = argv.slice(end + 1);
  const run = positionals[0] === 'register' ? behind : [];
  const [command, uri, ...rest] = run === behind ? positionals : [...positionals, ...behind];
  if (command === undefined) throw new UsageError('say what to do: publish, subscribe, call or register');
  const allowed = ofCommand[command];
  if (!allowed) throw new UsageError(`there is no command "${command}": publish, subscribe, call or register`);
  if (uri === undefined) {
    const wanted = command === 'publish' || command === 'subscribe' ? 'topic' : 'procedure';
    throw new UsageError(`wigwag ${command} needs a ${wanted}`);
  }
  for (const token of tokens) {
    if (token.kind !== 'option' || allowed.includes(token.name) || ofConnection.includes(token.name)) continue;
    throw new UsageError(`${token.rawName} is no option of wigwag ${command}`);
  }
  const takesArguments = allowed.includes('kwargs');
  if (!takesArguments && rest.length > 0)
    throw new UsageError(`wigwag ${command} takes no arguments: ${rest.join(' ')}`);

  const result: Arguments = {
    command,
    uri,
    args: rest.map(readArgument),
    kwargs: values.kwargs === undefined ? undefined : readDict(values.kwargs),
    run,
    url: values.url,
    realm: values.realm,
    serializer: values.serializer,
    ack: values.ack,
    match: oneOf<Match>('match', values.match, ['exact', 'prefix', 'wildcard']),
    invoke: oneOf<Invoke>('invoke', values.invoke, ['single', 'roundrobin', 'random', 'first', 'last', 'load', 'all']),
    count: readCount('count', values.count),
    timeout: readCount('timeout', values.timeout),
  };
  return result;
}

/** In front of a negative number, which `parseArgs` would take for an option; no argument of a process can have it. */
const MARK = '\0';
const mark = (text: string) => (/^-\.?\d/.test(text) ? MARK + text : text);
const unmark = (text: string) => text.replaceAll(MARK, '');

function parse(argv: readonly string[]) {
  const config = { options: flags, allowPositionals: true, allowNegative: true, tokens: true } as const;
  try {
    const { values, positionals, tokens } = parseArgs({ args: argv.map(mark), ...config });
    for (const token of tokens) {
      if (token.kind === 'option' && token.value) Object.assign(values, { [token.name]: unmark(token.value) });
    }
    return { values, positionals: positionals.map(unmark), tokens };
  } catch (error) {
    throw new UsageError(unmark(error instanceof Error ? error.message : String(error)));
  }
}

/** JSON where it reads as JSON, else text. @throws UsageError for what starts like JSON and is none */
export function readArgument(text: string): unknown {
  try {
    return fromJson(text);
  } catch (error) {
    if (!/^\s*[[{"]/.test(text)) return text;
    throw new UsageError(
      `the argument ${text} starts like JSON and is none: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function readDict(text: string): Readonly<Record<string, unknown>> {
  const value = readArgument(text);
  if (!isDict(value)) throw new UsageError(`--kwargs takes a JSON object, such as '{"name":"value"}', and got ${text}`);
  return value;
}

function isDict(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`--${name} takes a whole number from 1 up, and got ${text}`);
  return value;
}

function oneOf<T extends string>(name: string, text: string | undefined, values: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found === undefined) throw new UsageError(`--${name} takes ${values.join(', ')}, and got ${text}`);
  return found;
}
