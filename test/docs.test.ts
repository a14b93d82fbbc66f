import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const inside = (folder: string) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...inside('docs').filter((path) => path.endsWith('.md')),
  ...['packages', 'examples']
    .flatMap(inside)
    .map((folder) => `${folder}/README.md`)
    .filter((path) => existsSync(join(root, path))),
];

test.each(documents)('%s names only files that exist', (document) => {
  const text = readFileSync(join(root, document), 'utf8');
  const paths = [...text.matchAll(/`((?:packages|test|examples|docs|scripts)\/[\w./-]+)`/g)].map(
    (match) => match[1] ?? '',
  );
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) =>
    join(dirname(document), match[1] ?? ''),
  );
  expect([...paths, ...links].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
