// Makes, of what the compiler made of a package, what Node loads of it: few files, for opening each costs it near half a millisecond.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * Every entry of the package that has a condition `node` in its `exports`. The parts they have in common are there once,
 * so that a class is the same one whichever entry it comes from.
 * @param folder the package
 * @param together entries whose modules make up one file: what nearly every program loads
 * @param inlined packages that become part of that file, with the notice that their licenses ask for; all others stay imports
 */
export async function bundleForNode(folder, { together = [], inlined = {} } = {}) {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entries = Object.entries(exports).filter(([, conditions]) => conditions.node);
  const target = join(folder, 'dist', 'for-node');
  const nameOf = (conditions) => conditions.node.replace('./dist/for-node/', '').replace(/\.js$/, '');
  const inputOf = (chosen) =>
    Object.fromEntries(chosen.map(([, conditions]) => [nameOf(conditions), join(folder, conditions.default)]));
  const options = {
    platform: 'node',
    external: (id) => /^[@a-z]/i.test(id) && !(id in inlined),
    preserveEntrySignatures: 'strict',
  };

  const common = await staticModules({
    ...options,
    input: inputOf(entries.filter(([path]) => together.includes(path))),
  });
  rmSync(target, { recursive: true, force: true });
  const bundle = await rolldown({ ...options, input: inputOf(entries) });
  await bundle.write({
    dir: target,
    format: 'esm',
    sourcemap: true,
    banner: ({ name }) =>
      name === 'common'
        ? Object.values(inlined)
            .map((notice) => `/*! ${notice} */`)
            .join('\n')
        : '',
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name].js',
    codeSplitting: { groups: common.size > 0 ? [{ name: 'common', test: (id) => common.has(id) }] : [] },
  });
}

/** The modules that these entries load at once, not when something in them is first used. */
async function staticModules(options) {
  if (Object.keys(options.input).length === 0) return new Set();
  const bundle = await rolldown(options);
  const { output } = await bundle.generate({ format: 'esm' });
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const reached = new Set();
  const reach = (name) => {
    const chunk = chunks.get(name);
    if (!chunk || reached.has(name)) return;
    reached.add(name);
    for (const imported of chunk.imports) reach(imported);
  };
  for (const { fileName, isEntry } of output) if (isEntry) reach(fileName);
  return new Set([...reached].flatMap((name) => chunks.get(name).moduleIds));
}
