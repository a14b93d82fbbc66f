import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wigwag-house-'));
  folders.push(folder);
  return folder;
}

/** What the linter says of one import, as if it stood in a file of this folder. */
function lint(folder: string, specifier: string): string {
  const house = temporaryFolder();
  const { vcs: _, ...rules } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(house, 'biome.json'), JSON.stringify(rules));
  mkdirSync(join(house, folder), { recursive: true });
  writeFileSync(join(house, folder, 'probe.ts'), `import '${specifier}';\n`);
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const { stdout, stderr } = spawnSync(process.execPath, [biome, 'lint', '.'], { cwd: house, encoding: 'utf8' });
  return stdout + stderr;
}

test.each([
  ['packages/core/src/wire', '../session/session.js', 'wire imports nothing'],
  ['packages/core/src/serializer', '../transport/memory.js', 'import wire only'],
  ['packages/core/src/transport', '../session/errors.js', 'import wire only'],
  ['packages/core/src/auth', '../client/client.js', 'import wire only'],
  ['packages/core/src/session', '../client/client.js', 'session imports'],
  ['packages/browser/src', 'node:fs', 'browser imports core only'],
  ['packages/node/src', '@wigwag/router', 'node imports core only'],
  ['packages/router/src', '@wigwag/core/client', 'never client'],
  ['packages/router/src/broker', '../listen/websocket.js', 'never import listeners'],
  ['packages/router/src/dealer', '../access/anonymous.js', 'never import listeners'],
])('the linter keeps %s from importing %s', (folder, specifier, rule) => {
  expect(lint(folder, specifier)).toContain(rule);
  expect(lint(folder, './neighbour.js')).not.toContain('noRestrictedImports');
});

/** What the compiler says of a line of code in core. */
function compile(code: string): string {
  const folder = temporaryFolder();
  const core = join(root, 'packages/core');
  writeFileSync(join(folder, 'probe.mts'), code);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(core, 'tsconfig.json'),
      compilerOptions: { composite: false, noEmit: true, rootDir: '/' },
      files: ['probe.mts', join(core, 'src/globals.d.ts')],
      include: [],
    }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.json')], { encoding: 'utf8' }).stdout;
}

test.each(['Buffer', 'process', 'document', 'window', 'require'])('%s does not compile in core', (name) => {
  expect(compile(`export const probe: unknown = ${name};`)).toContain(`Cannot find name '${name}'`);
});

test('what both runtimes have compiles in core', () => {
  expect(compile('export const probe = [setTimeout, TextEncoder, AbortController];')).toBe('');
});

test("no declaration file of core names ws, nor Node's types", () => {
  const dist = join(root, 'packages/core/dist');
  const declarations = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.d.ts'),
  );
  expect(declarations.length).toBeGreaterThan(20);
  const guilty = declarations.filter((file) =>
    /from '(ws|isomorphic-ws|node:.*)'|types="node"/.test(readFileSync(join(dist, file), 'utf8')),
  );
  expect(guilty).toEqual([]);
});
