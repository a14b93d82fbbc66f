// Everything that has to be true before a change lands: install, build with its type check, lint, every test.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findChromium, noChromium } from './chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function step(title, command, args, env = {}) {
  console.log(`\n== ${title}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) console.error(`cannot start ${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** A Chromium for the browser tests; on Debian as root it is installed when there is none. */
function findBrowser() {
  if (!findChromium() && existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    const install = 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null';
    step('chromium', 'sh', ['-c', install]);
  }
  return findChromium();
}

step('install and build', process.execPath, ['scripts/prepare.mjs']);
step('lint', 'node_modules/.bin/biome', ['check', '--error-on-warnings', '.']);
const browser = findBrowser();
if (!browser) {
  console.error(noChromium);
  process.exit(1);
}
step('type-check the tests', process.execPath, [
  'node_modules/typescript/bin/tsc',
  '-p',
  'tsconfig.test.json',
  '--noEmit',
]);
step('tests', 'node_modules/.bin/vitest', ['run'], { CHROME_PATH: browser });
