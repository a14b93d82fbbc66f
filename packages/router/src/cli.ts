import { readFileSync } from 'node:fs';
import { readArgs, UsageError } from './config.js';
import { ListenError } from './listen/errors.js';
import { logTo } from './observe/log.js';
import { Router } from './router.js';

const usage = `wigwag-router: runs a WAMP router until it is sent SIGINT or SIGTERM

  --port PORT       to listen on, default 8080; 0 takes any free one
  --host ADDRESS    to listen on, default 127.0.0.1; 0.0.0.0 lets others in
  --path PATH       of the WebSocket address, default /ws
  --realm REALM     to serve, default realm1; may be given more than once
  --rawsocket PORT  to listen on for RawSocket too
  --help, --version

It prints a line for whatever an operator would want to know, errors on standard error. Exit status: 0 when it was
stopped, 1 when it could not listen, 2 when the command line is wrong.
`;

/** Runs until a signal comes. @throws UsageError, ListenError */
async function main(args: readonly string[]): Promise<void> {
  const { help, version, port, host, path, realms, rawsocket } = readArgs(args);
  if (help) {
    process.stdout.write(usage);
    return;
  }
  if (version) {
    console.log(ownVersion());
    return;
  }
  const router = new Router({ realms });
  logTo(router, (line) => console.log(line));
  const stop = () => void router.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    await router.listen({ port, host, path });
    if (rawsocket !== undefined) await router.listen({ protocol: 'rawsocket', port: rawsocket, host });
  } catch (error) {
    // Half of what was asked for is not what was asked for.
    await router.close();
    throw error;
  }
}

function ownVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const expected = error instanceof UsageError || error instanceof ListenError;
  console.error(expected ? `wigwag-router: ${error.message}` : error);
  if (error instanceof UsageError) console.error('wigwag-router --help lists the options');
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
