import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { run } from './support/process.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The modules that a page's bundle is made of when it imports just this. */
async function modulesFor(imports: string, entry = '@wigwag/browser'): Promise<string[]> {
  const [output] = Object.values(await outputsFor(imports, false, entry));
  return modulesOf(output);
}

async function outputsFor(
  imports: string,
  splitting: boolean,
  entry = '@wigwag/browser',
): Promise<Metafile['outputs']> {
  const { metafile } = await build({
    stdin: { contents: `import { ${imports} } from '${entry}'; console.log(${imports});`, resolveDir: root },
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

/** What pages load that import it: the parts of a client that few need. */
const parts =
  /client\/(recovery|position|waiting|heartbeat|event-stream)|session\/(history|survey|confirmation)|transport\/batch/;

test('a page loads what few pages need only where it imports that', async () => {
  expect((await modulesFor('connect')).filter((path) => parts.test(path))).toEqual([]);
  const all = 'connect, recovery, waiting, heartbeat, eventsOf, historyOf, survey, publishConfirmed, batching';
  const loaded = (await modulesFor(all)).filter((path) => parts.test(path));
  // Nine files, and what batches are made of.
  expect(loaded.length).toBeGreaterThanOrEqual(9);
});

test('a page that only subscribes loads no other role', async () => {
  const roles = /session\/(publisher|caller|callee|answers|running|call-stream|credit)/;
  const everything = await modulesFor('connect');
  expect(everything.filter((path) => roles.test(path)).length).toBeGreaterThan(5);
  const modules = await modulesFor('connect', '@wigwag/browser/subscriber');
  expect(modules.some((path) => path.includes('session/subscriber'))).toBe(true);
  expect(modules.filter((path) => roles.test(path))).toEqual([]);
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

test('a program finds in @wigwag/node what the index of it and that of @wigwag/core name, and nothing else', async () => {
  const script = `
    const names = async (module) => Object.keys(await import(module));
    const core = await names(${JSON.stringify(`${root}packages/core/dist/index.js`)});
    console.log(JSON.stringify([await names('@wigwag/node'), core]));
  `;
  const { stdout } = await run('--input-type=module', ['--eval', script]);
  const [found, core] = JSON.parse(stdout);
  // A name of one letter is what files of the package share.
  const named = found.filter((name: string) => name.length > 1);
  expect(named).toEqual([...core, 'connect', 'createClient', 'publishOnce', 'rawSocket'].sort());
});
