// The index of subscriptions alone, with very many topics: npm run bench:index [-- 10000000]
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const matching = fileURLToPath(new URL('../packages/router/dist/matching/pattern-index.js', import.meta.url));
const { PatternIndex } = await import(pathToFileURL(join(matching)).href);
const count = Number(process.argv[2] ?? 10_000_000);
const LOOKUPS = 1_000_000;
const topicOf = (at) => `shop.${at % 97}.customer.n${at}`;
const used = () => {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Microseconds of this process for each of many look-ups of topics that are there. */
function lookUp(index, among) {
  const start = process.cpuUsage();
  for (let i = 0; i < LOOKUPS; i++) {
    if (index.all(topicOf((i * 7919) % among)).length !== 1) throw new Error('a topic is not found, or not alone');
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / LOOKUPS;
}

const index = new PatternIndex();
const value = {};
const before = used();
for (let at = 0; at < 10_000; at++) index.set('exact', topicOf(at), value);
lookUp(index, 10_000);
const few = lookUp(index, 10_000);
for (let at = 10_000; at < count; at++) index.set('exact', topicOf(at), value);
const bytes = (used() - before) / count;
const many = lookUp(index, count);
console.log(
  `${count} topics: ${bytes.toFixed(0)} bytes each with their text; a look-up ${many.toFixed(2)} µs, among 10 000 ${few.toFixed(2)} µs`,
);
process.exit(0);
