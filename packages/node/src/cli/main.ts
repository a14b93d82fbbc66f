import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { createClient } from '../connect.js';
import { withClient } from '../with-client.js';
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
    const client = createClient(args.url, { realm: args.realm, serializers: [serializer], leaveTimeout: 500 });
    const { timeout } = args;
    await withClient(client, { timeout, signal: untilStopped() }, async (_, signal) => {
      client.on('state', (state) => {
        if (state.type === 'waiting')
          note(`disconnected (${errorLine(state.error)}); trying again in ${state.delay} ms`);
        if (state.type === 'joined') note('connected again');
      });
      await commands[args.command]?.({ client, signal, print, note }, args);
    });
    return 0;
  } catch (error) {
    note(`wigwag: ${errorLine(error)}`);
    if (error instanceof Stopped) return error.status;
    if (!(error instanceof UsageError)) return 1;
    note('see wigwag --help');
    return 2;
  }
}

/** A signal ended the command before it was done. */
class Stopped extends Error {
  override readonly name = 'Stopped';
  /** The exit status, as shells have it: 128 and the number of the signal. */
  readonly status: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signal}`);
    this.status = 128 + constants.signals[signal];
  }
}

/** Aborts at the first signal of the user; the second one ends the process as it would have done anyway. */
function untilStopped(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Stopped(signal)));
  }
  return controller.signal;
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
