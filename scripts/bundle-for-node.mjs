// Makes, of what the compiler made of a package, what Node loads of it: few files, for opening each costs it a millisecond.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** What nearly every program loads: the entries of a package whose condition `node` names this file are one module. */
const MAIN = './dist/for-node/index.js';

/**
 * Every entry of the package that has a condition `node` in its `exports`. What its files have in common is there once,
 * so that a class is the same one whichever entry it comes from.
 * @param folder the package
 * @param inlined packages that become part of it, with the notice that their licenses ask for; all others stay imports
 * @param on packages of this repository that it stands on: what it takes of their main module is looked up once, and what
 *   it exports of them is what their index does
 */
export async function bundleForNode(folder, { inlined = {}, on = [] } = {}) {
  /** By the file that Node loads, what it is made of. */
  const sources = new Map();
  for (const { node, default: source } of Object.values(exportsOf(folder))) {
    if (node) sources.set(node, [...(sources.get(node) ?? []), join(folder, source)]);
  }
  const nameOf = (file) => file.replace('./dist/for-node/', '').replace(/\.js$/, '');
  const target = join(folder, 'dist', 'for-node');
  rmSync(target, { recursive: true, force: true });
  const bundle = await rolldown({
    platform: 'node',
    input: Object.fromEntries([...sources.keys()].map((file) => [nameOf(file), `\0${file}`])),
    plugins: [allOf(sources), ...(await Promise.all(on.map(namesOf)))],
    external: (id) => /^[@a-z]/i.test(id) && !(id in inlined),
    // Other files may take from an entry what it does not export, so that it need not be a file of its own.
    preserveEntrySignatures: 'allow-extension',
  });
  await bundle.write({
    dir: target,
    format: 'esm',
    sourcemap: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    banner: ({ moduleIds }) =>
      Object.entries(inlined)
        .filter(([name]) => moduleIds.some((id) => id.includes(`/node_modules/${name}/`)))
        .map(([, notice]) => `/*! ${notice} */`)
        .join('\n'),
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name].js',
    codeSplitting: {
      groups: [{ name: nameOf(MAIN), test: (id) => id === `\0${MAIN}`, includeDependenciesRecursively: true }],
    },
    paths: Object.fromEntries(on.flatMap((other) => mainEntries(other))),
  });
}

const exportsOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).exports;

/** The entries that are one module, each with the name of the package in its place. */
function mainEntries(folder) {
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.entries(exportsOf(folder))
    .filter(([, { node }]) => node === MAIN)
    .map(([path]) => [join(name, path), name]);
}

/** Makes the module of a file: all that its sources export. */
function allOf(sources) {
  return {
    name: 'all-of',
    resolveId: (id) => (id.startsWith('\0') ? id : undefined),
    load: (id) =>
      sources
        .get(id.slice(1))
        ?.map((source) => `export * from ${JSON.stringify(source)};`)
        .join('\n'),
  };
}

/** The main module of a package has the names of all its entries; an `export *` of its index means those of the index. */
async function namesOf(folder) {
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const names = Object.keys(await import(join(folder, exportsOf(folder)['.'].default)));
  return {
    name: 'names-of',
    // On one line, as before: a map of the lines stays true.
    transform: (code) => ({
      code: code.replace(`export * from '${name}';`, `export { ${names.join(', ')} } from '${name}';`),
      map: null,
    }),
  };
}
