import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The modules that a page's bundle is made of when it imports just this. */
async function modulesFor(imports: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: `import { ${imports} } from '@wigwag/browser'; console.log(${imports});`, resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  return Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
}

test('a page that does not use a method of authentication does not load its cryptography', async () => {
  const modules = await modulesFor('connect');
  expect(modules.length).toBeGreaterThan(10);
  expect(
    modules.filter((path) => /noble|hash-wasm|auth\/(wampcra|scram|cryptosign)|passthru|encryption/.test(path)),
  ).toEqual([]);
});

test('one that uses WAMP-CRA loads hashes and no curves', async () => {
  const modules = await modulesFor('wampcra');
  expect(modules.some((path) => path.includes('@noble/hashes'))).toBe(true);
  expect(modules.filter((path) => /curves|hash-wasm/.test(path))).toEqual([]);
});

test('one that uses Cryptosign loads a curve', async () => {
  expect((await modulesFor('cryptosign')).some((path) => path.includes('@noble/curves'))).toBe(true);
});
