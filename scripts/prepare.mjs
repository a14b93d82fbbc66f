// Installs and builds what is missing or stale, and says so on stderr only: stdout belongs to the command that follows.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamps = join(root, 'node_modules', '.wigwag');

/** Runs a command with all its output on stderr; a failure ends this process with the same status. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) console.error(`wigwag: cannot start ${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Every file below `folder` that a build reads. */
function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

const workspaces = ['packages', 'examples'].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => join(root, group, name)),
);
const manifests = [root, ...workspaces]
  .map((folder) => join(folder, 'package.json'))
  .filter((file) => existsSync(file));

function digest(files, describe) {
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${file}\0`).update(describe(file));
  return hash.digest('hex');
}
const isCurrent = (name, value) => existsSync(join(stamps, name)) && readFileSync(join(stamps, name), 'utf8') === value;
function stamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), value);
}

const installed = digest([...manifests, join(root, 'pnpm-lock.yaml')], (file) => readFileSync(file));
if (!isCurrent('install', installed)) {
  console.error('wigwag: installing …');
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile']);
  stamp('install', installed);
}

/** What a build reads below a workspace: its sources, and for the example its page. */
const folders = ['src', 'page'];
const files = ['tsconfig.json', 'bundle.mjs'];
const inputs = () => [
  ...workspaces.flatMap((workspace) => [
    ...folders.flatMap((folder) => sources(join(workspace, folder))),
    ...files.map((file) => join(workspace, file)).filter((file) => existsSync(file)),
  ]),
  join(root, 'tsconfig.json'),
  join(root, 'tsconfig.base.json'),
  join(root, 'scripts', 'bundle-for-node.mjs'),
];
const built = `${installed} ${digest(inputs(), (file) => `${statSync(file).mtimeMs} ${statSync(file).size}`)}`;
const outputs = workspaces.map((folder) => join(folder, 'dist'));
if (!isCurrent('build', built) || !outputs.every((folder) => existsSync(folder))) {
  console.error('wigwag: building …');
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-b']);
  for (const workspace of workspaces) {
    const bundle = join(workspace, 'bundle.mjs');
    if (existsSync(bundle)) run(process.execPath, [bundle]);
  }
  stamp('build', built);
}
