import { readFileSync } from 'node:fs';
import { connect } from '../connect.js';
import { readArguments, UsageError } from './arguments.js';
import { commands } from './commands.js';
import { errorLine } from './output.js';
import { loadSerializer } from './serializer.js';
import { usage } from './usage.js';

const print = (line: string) => process.stdout.write(`${line}\n`);
const note = (line: string) => process.stderr.write(`${line}\n`);

/** Runs one command line. @returns the exit status */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const args = readArguments(argv);
    if (args === 'help') {
      process.stdout.write(usage);
      return 0;
    }
    if (args === 'version') {
      print(version());
      return 0;
    }
    const serializer = await loadSerializer(args.serializer);
    const stop = new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    const client = await connect(args.url, { realm: args.realm, serializers: [serializer] });
    client.on('state', (state) => {
      if (state.type === 'waiting') note(`disconnected (${errorLine(state.error)}); trying again in ${state.delay} ms`);
      if (state.type === 'joined') note('connected again');
    });
    try {
      await commands[args.command]?.({ client, stop, print, note }, args);
    } finally {
      await client.close();
    }
    return 0;
  } catch (error) {
    note(`wigwag: ${errorLine(error)}`);
    if (!(error instanceof UsageError)) return 1;
    note('see wigwag --help');
    return 2;
  }
}

function version(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

// Not process.exit: what is still on its way to a pipe would be cut off.
process.exitCode = await main(process.argv.slice(2));
// Signals have handlers by now, which keep nothing alive; the process ends when nothing is left to do.
