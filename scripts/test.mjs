// Everything that has to be true before a change lands: install, build with its type check, lint, every test, no loss of speed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findChromium, noChromium } from './chromium.mjs';
import { findPython, noPython, pythonPackages } from './python.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function step(title, command, args, env = {}) {
  console.log(`\n== ${title}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) console.error(`cannot start ${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** On Debian as root, what the tests need beside npm's packages is installed when it is missing. */
function aptInstall(...packages) {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return;
  const install = `DEBIAN_FRONTEND=noninteractive apt-get install -y -qq ${packages.join(' ')} >/dev/null`;
  step(packages.join(', '), 'sh', ['-c', `apt-get update -qq && ${install}`]);
}

/** What `find` finds, installed when it does not. Without it the tests do not start. */
function need(find, packages, missing) {
  if (!find()) aptInstall(...packages);
  const found = find();
  if (found) return found;
  console.error(missing);
  process.exit(1);
}

step('install and build', process.execPath, ['scripts/prepare.mjs']);
step('lint', 'node_modules/.bin/biome', ['check', '--error-on-warnings', '.']);
const browser = need(findChromium, ['chromium'], noChromium);
const python = need(findPython, pythonPackages, noPython);
step('type-check the tests', process.execPath, [
  'node_modules/typescript/bin/tsc',
  '-p',
  'tsconfig.test.json',
  '--noEmit',
]);
step('size of what a page loads', 'node_modules/.bin/size-limit', []);
step('tests', 'node_modules/.bin/vitest', ['run'], { CHROME_PATH: browser, PYTHON_PATH: python });
step('what the router costs, beside what it is built on', process.execPath, ['bench/check.mjs']);
