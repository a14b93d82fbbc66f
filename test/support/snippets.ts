import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The snippets of a document as programs.
 * @param path of the document, such as `docs/jobs.md`
 * @returns writes the snippet that has `part` in it, with `end` behind it, as a program that connects to `url` instead
 *   of the address that the document shows; gives the program's path
 */
export function snippetsOf(path: string): (part: string, url: string, end?: string) => string {
  const blocks = [...readFileSync(`${root}${path}`, 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map(
    ([, code]) => code ?? '',
  );
  const folder = `${root}artifacts/${path.replace(/\W+/g, '-')}`;
  return (part, url, end = '') => {
    const [code, ...others] = blocks.filter((block) => block.includes(part));
    if (code === undefined || others.length > 0) throw new Error(`${path} has not just one snippet with "${part}"`);
    mkdirSync(folder, { recursive: true });
    const file = `${folder}/${part.replace(/\W+/g, '-')}.mjs`;
    writeFileSync(file, `${code.replaceAll('ws://127.0.0.1:8080/ws', url)}\n${end}\n`);
    return file;
  };
}
