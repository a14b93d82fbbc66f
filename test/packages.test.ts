import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = (name: string) => fileURLToPath(new URL(`../packages/${name}/`, import.meta.url));

/** The files that would be published. */
function published(name: string): string[] {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder(name),
    encoding: 'utf8',
  });
  const [packed] = JSON.parse(stdout);
  return packed.files.map(({ path }: { readonly path: string }) => path);
}

test.each(['core', 'browser', 'node', 'router'])(
  '@wigwag/%s is published with what its users need, and no more',
  (name) => {
    const manifest = JSON.parse(readFileSync(`${folder(name)}package.json`, 'utf8'));
    expect(manifest).toMatchObject({ license: 'MIT', engines: { node: '>=20.19' }, description: expect.any(String) });

    const files = published(name);
    expect(files).toEqual(expect.arrayContaining(['README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts']));
    for (const path of Object.values<string>(manifest.bin ?? {})) expect(files).toContain(path.replace('./', ''));
    // A module with its types, or a file as it is.
    for (const entry of Object.values<string | Record<string, string>>(manifest.exports)) {
      const paths = typeof entry === 'string' ? [entry] : [entry.types, entry.node, entry.default];
      for (const path of paths) if (path) expect(files).toContain(path.replace('./', ''));
    }
    expect(files.filter((file) => /tsbuildinfo|^test\/|\.test\./.test(file))).toEqual([]);
  },
);

/** Names that the main module of core has in Node for its other entries; an `export *` by who is no bundle brings them. */
async function ofOtherEntries(): Promise<string[]> {
  const [main, index] = await Promise.all(
    ['dist/for-node/index.js', 'dist/index.js'].map((path) => import(`${folder('core')}${path}`)),
  );
  return Object.keys(main).filter((name) => !(name in index));
}

test.each(['core', 'node'])('what Node loads of @wigwag/%s exports all that its entries do', async (name) => {
  const { exports } = JSON.parse(readFileSync(`${folder(name)}package.json`, 'utf8'));
  const entries = Object.values<Record<string, string>>(exports).filter((entry) => entry.node);
  expect(entries).not.toEqual([]);
  const brought = name === 'node' ? await ofOtherEntries() : [];
  for (const entry of entries) {
    const [inNode, elsewhere] = await Promise.all(
      [entry.node, entry.default].map((path) => import(`${folder(name)}${path}`)),
    );
    const names = Object.keys(elsewhere).filter((one) => !brought.includes(one));
    expect(names).not.toEqual([]);
    expect(Object.keys(inNode)).toEqual(expect.arrayContaining(names));
  }
});
