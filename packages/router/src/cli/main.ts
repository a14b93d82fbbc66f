import { readFileSync } from 'node:fs';
import { ConfigError } from '../config/errors.js';
import { CertificateError, ListenError } from '../listen/errors.js';
import type { ListenOptions } from '../listen/listen.js';
import { logTo } from '../observe/log.js';
import type { RouterOptions } from '../options.js';
import { Router } from '../router.js';
import { readArgs, UsageError } from './arguments.js';
import { usage } from './usage.js';

/** @throws UsageError, ConfigError, ListenError, CertificateError */
async function main(args: readonly string[]): Promise<void> {
  const command = readArgs(args);
  switch (command.type) {
    case 'help':
      process.stdout.write(usage);
      return;
    case 'version':
      console.log(ownVersion());
      return;
    case 'check':
      await load(command.file);
      console.log(`${command.file} is right`);
      return;
    case 'run file': {
      const { router, listeners } = await load(command.file);
      await run(router, listeners);
      return;
    }
    case 'run': {
      const { port, host, path, realms, rawsocket } = command;
      const web = { port, host, path };
      await run({ realms }, rawsocket === undefined ? [web] : [web, { protocol: 'rawsocket', port: rawsocket, host }]);
    }
  }
}

/** What checks a file is loaded for that alone. */
async function load(file: string) {
  const { loadConfig } = await import('../config/load.js');
  return loadConfig(file, process.env);
}

/** Runs until a signal comes. */
async function run(options: RouterOptions, listeners: readonly ListenOptions[]): Promise<void> {
  const router = new Router(options);
  logTo(router, (line) => console.log(line));
  const stop = () => void router.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    for (const listener of listeners) await router.listen(listener);
  } catch (error) {
    // Half of what was asked for is not what was asked for.
    await router.close();
    throw error;
  }
}

function ownVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

const expected = [UsageError, ConfigError, ListenError, CertificateError];

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof Error && expected.some((kind) => error instanceof kind)) {
    for (const line of error.message.split('\n')) console.error(`wigwag-router: ${line}`);
  } else console.error(error);
  if (error instanceof UsageError) console.error('wigwag-router --help lists the options');
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
