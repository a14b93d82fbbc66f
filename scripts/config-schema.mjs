// Writes what is published of the configuration's schema: packages/router/config.schema.json, and the table of keys in
// docs/configuration.md. With --check it only says whether they are current.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const root = new URL('..', import.meta.url);
const requireHere = createRequire(new URL('packages/router/package.json', root));
const { z } = await import(pathToFileURL(requireHere.resolve('zod')).href);
const { configSchema } = await import(new URL('packages/router/dist/config/schema.js', root).href);

const read = (file) => readFileSync(new URL(file, root), 'utf8');

/** What the options' own comments say of each limit. */
function limitDescriptions() {
  const source = read('packages/router/src/options.ts');
  const body = /export interface Limits \{([\s\S]*?)\n\}/.exec(source)?.[1] ?? '';
  const found = [...body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)\?: number;/g)];
  return new Map(
    found.map(([, comment, name]) => [
      name,
      comment
        .replace(/\n\s*\*\s?/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ]),
  );
}

function describeLimits(schema) {
  const described = limitDescriptions();
  for (const [name, value] of Object.entries(schema.properties)) {
    const description = described.get(name);
    if (!description) throw new Error(`packages/router/src/options.ts: the limit ${name} has no comment`);
    value.description = description;
  }
}

function makeSchema() {
  const schema = z.toJSONSchema(configSchema({}), {
    io: 'input',
    override({ jsonSchema }) {
      // Every whole number has these, and they say nothing.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  describeLimits(schema.properties.limits);
  describeLimits(schema.properties.rates.additionalProperties);
  return { title: 'Configuration of wigwag-router', ...schema };
}

/** One row a key: where it stands, what it may be, what it means. */
function* rows(schema, path) {
  for (const branch of schema.anyOf ?? schema.oneOf ?? []) yield* rows(branch, path);
  if (schema.items) yield* rows(schema.items, `${path}[]`);
  if (typeof schema.additionalProperties === 'object') yield* rows(schema.additionalProperties, `${path}.<name>`);
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const at = path === '' ? key : `${path}.${key}`;
    yield { path: at, type: typeOf(value), description: value.description ?? '' };
    yield* rows(value, at);
  }
}

function typeOf(schema) {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return [...new Set(branches.map(typeOf))].join(' or ');
  if ('const' in schema) return `\`${schema.const}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.properties?.env) return '`{ "env": … }`';
  const names = { string: 'text', integer: 'whole number', boolean: 'true or false', array: 'list' };
  return schema.type === 'array' ? `list of ${typeOf(schema.items)}` : (names[schema.type] ?? schema.type);
}

function table(schema) {
  const seen = new Map();
  for (const { path, type, description } of rows(schema, '')) {
    const known = seen.get(path);
    // The same key of several alternatives, such as the method of each way to log in.
    if (known) known.types.add(type);
    else if (!path.endsWith('.env')) seen.set(path, { types: new Set([type]), description });
  }
  const lines = [...seen].map(
    ([path, { types, description }]) =>
      `| \`${path}\` | ${[...types].join(', ')} | ${description.replaceAll('|', '\\|')} |`,
  );
  return ['| key | what it may be | what it means |', '| --- | --- | --- |', ...lines].join('\n');
}

const schema = makeSchema();
const [begin, end] = ['<!-- keys: written by scripts/config-schema.mjs -->\n', '\n<!-- end of keys -->'];
const document = read('docs/configuration.md');
const [before, rest] = document.split(begin);
const after = rest?.split(end)[1];
if (after === undefined) throw new Error('docs/configuration.md has no place for the table of keys');
const files = {
  'packages/router/config.schema.json': `${JSON.stringify(schema, null, 2)}\n`,
  'docs/configuration.md': `${before}${begin}${table(schema)}${end}${after}`,
};
for (const [file, text] of Object.entries(files)) {
  let current = '';
  try {
    current = read(file);
  } catch {
    // Not there yet.
  }
  if (current === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`${file} is not current: run  npm run schema`);
    process.exitCode = 1;
  } else {
    writeFileSync(new URL(file, root), text);
    console.log(`wrote ${file}`);
  }
}
