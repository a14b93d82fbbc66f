import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The modules that a page's bundle is made of when it imports just this. */
async function modulesFor(imports: string): Promise<string[]> {
  const [output] = Object.values(await outputsFor(imports, false));
  return modulesOf(output);
}

async function outputsFor(imports: string, splitting: boolean): Promise<Metafile['outputs']> {
  const { metafile } = await build({
    stdin: { contents: `import { ${imports} } from '@wigwag/browser'; console.log(${imports});`, resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    logLevel: 'silent',
    splitting,
    outdir: root,
  });
  return metafile.outputs;
}

function modulesOf(output: Metafile['outputs'][string] | undefined): string[] {
  return Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
}

test('a page that does not use a method of authentication does not load its cryptography', async () => {
  const modules = await modulesFor('connect');
  expect(modules.length).toBeGreaterThan(10);
  expect(
    modules.filter((path) =>
      /noble|hash-wasm|auth\/(wampcra|scram|saslprep|cryptosign)|passthru|encryption/.test(path),
    ),
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

test('one that uses WAMP-SCRAM loads no curves, and of a library of hashes Argon2 alone, when it is first needed', async () => {
  const outputs = await outputsFor('scram', true);
  const atOnce = new Set(Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === '<stdin>'));
  for (const path of atOnce) {
    for (const { kind, path: imported } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') atOnce.add(imported);
    }
  }
  const modules = [...atOnce].flatMap((path) => modulesOf(outputs[path]));
  expect(modules.some((path) => path.includes('auth/scram'))).toBe(true);
  expect(modules.filter((path) => /curves|hash-wasm/.test(path))).toEqual([]);
  const later = Object.values(outputs).find((output) => output.entryPoint?.endsWith('argon2.js'));
  expect(later?.bytes).toBeLessThan(64 * 1024);
});
