// Everything that has to be true before a change lands: install, build with its type check, lint, every test.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function step(title, command, args, env = {}) {
  console.log(`\n== ${title}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) console.error(`cannot start ${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** A Chromium for the browser tests: the one that CHROME_PATH names, an installed one, or on Debian as root a fresh one. */
function findBrowser() {
  const usual = [
    process.env.CHROME_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:/Program Files/Google/Chrome/Application/chrome.exe',
  ];
  const found = () => usual.find((path) => path && existsSync(path));
  if (!found() && existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    step('chromium', 'sh', [
      '-c',
      'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null',
    ]);
  }
  return found();
}

step('install and build', process.execPath, ['scripts/prepare.mjs']);
step('lint', 'node_modules/.bin/biome', ['check', '--error-on-warnings', '.']);
const browser = findBrowser();
if (!browser) {
  console.error('No Chromium was found. Install Chromium or Chrome, or name it: CHROME_PATH=/path/to/chrome npm test');
  process.exit(1);
}
step('type-check the tests', process.execPath, [
  'node_modules/typescript/bin/tsc',
  '-p',
  'tsconfig.test.json',
  '--noEmit',
]);
step('tests', 'node_modules/.bin/vitest', ['run'], { CHROME_PATH: browser });
