import { defineCommand, renderUsage } from 'citty';
import { readArgs, UsageError } from './config.js';
import { ListenError } from './listen/errors.js';
import { logTo } from './observe/log.js';
import { Router } from './router.js';

const command = defineCommand({
  meta: { name: 'wigwag-router', description: 'Runs a WAMP router until it is sent SIGINT or SIGTERM' },
  args: {
    port: { type: 'string', default: '8080', description: 'Port to listen on; 0 takes any free one' },
    host: { type: 'string', default: '127.0.0.1', description: 'Address to listen on; 0.0.0.0 lets others in' },
    path: { type: 'string', default: '/ws', description: 'Path of the WebSocket address' },
    realm: { type: 'string', default: 'realm1', description: 'Realm to serve; may be given more than once' },
  },
});

/** Runs until a signal comes. @throws UsageError, ListenError */
async function main(args: readonly string[]): Promise<void> {
  const { help, port, host, path, realms } = readArgs(args);
  if (help) {
    console.log(await renderUsage(command));
    return;
  }
  const router = new Router({ realms });
  logTo(router, (line) => console.log(line));
  const stop = () => void router.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  await router.listen({ port, host, path });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const expected = error instanceof UsageError || error instanceof ListenError;
  console.error(expected ? `wigwag-router: ${error.message}` : error);
  if (error instanceof UsageError) console.error('wigwag-router --help lists the options');
  process.exitCode = 1;
});
