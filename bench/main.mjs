// The router beside its peers, as a table: npm run bench -- [--only fan,slow,calls,patterns,many,idle] [--peers a,b]
// [--rounds 3] [--write]; with --write the table goes into docs/performance.md, in the place of the group's last one.
import { execSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measure } from './measure.mjs';
import { isThere, peers } from './peers.mjs';
import { median } from './process.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'fan,slow,calls,patterns,many,idle' },
    peers: { type: 'string', default: Object.keys(peers).join(',') },
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
});
const page = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const all = Object.keys(peers);
const withPatterns = all.filter((name) => peers[name].patterns);
/** Each of both ends of a connection is an open file. */
const mostConnections = Math.floor((Number(execSync('ulimit -n', { shell: '/bin/sh' })) - 200) / 500) * 500;
/** By what `--only` takes. */
const groups = {
  fan: [
    ['fan-out 100, saturated', 'fanOut', { subscribers: 100 }],
    ['fan-out 100, one in flight', 'fanOut', { subscribers: 100, window: 1 }],
    ['fan-out 1000', 'fanOut', { subscribers: 1000 }],
    ['fan-out 100 of 64 KiB', 'fanOut', { subscribers: 100, size: 65_536, window: 4 }],
  ],
  slow: [
    ['fan-out 100, all read', 'fanOut', { subscribers: 100, stalled: 0 }, ['wigwag']],
    ['fan-out 100, of whom 10 read nothing', 'fanOut', { subscribers: 90, stalled: 10 }, ['wigwag']],
  ],
  calls: [
    ['calls, 64 in flight', 'calls', { inFlight: 64 }],
    ['calls, one in flight', 'calls', { inFlight: 1 }],
  ],
  patterns: [0, 10_000, 100_000].map((patterns) => [
    `publish beside ${patterns} patterns`,
    'topics',
    { subscriptions: 10_000, patterns },
    withPatterns,
  ]),
  many: [10_000, 100_000, 1_000_000].map((subscriptions) => [
    `publish to one of ${subscriptions} subscriptions`,
    'topics',
    { subscriptions, nodeOptions: ['--trace-gc'] },
    ['wigwag'],
  ]),
  idle: [
    ...[5000, Math.min(20_000, mostConnections)].map((connections) => [
      `${connections} idle connections`,
      'idle',
      { connections },
    ]),
    [
      '5000 idle connections, `--max-semi-space-size=4`',
      'idle',
      { connections: 5000, nodeOptions: ['--max-semi-space-size=4'] },
      ['wigwag'],
    ],
  ],
};

const wanted = values.peers.split(',').filter((name) => isThere(peers[name]));
const absent = values.peers.split(',').filter((name) => !wanted.includes(name));
if (absent.length > 0) console.log(`not installed, and left out: ${absent.join(', ')}`);

/** The median of rounds in which all take their turn, so that a disturbance hits none of them alone. */
async function row([title, workload, options, who = all]) {
  const names = wanted.filter((name) => who.includes(name));
  const seen = Object.fromEntries(names.map((name) => [name, []]));
  const rounds = workload === 'idle' || options.nodeOptions ? 1 : Number(values.rounds);
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const figures = await measure(name, workload, options);
      if (figures.error) console.log(`${title}, ${name}: ${figures.error}`);
      else seen[name].push(figures);
    }
  }
  const cells = Object.fromEntries(names.map((name) => [name, textOf(seen[name])]));
  console.log(title, cells);
  return `| ${title} | ${wanted.map((name) => cells[name] ?? '').join(' | ')} |`;
}

/** Of what is measured, where it has one. */
function versions() {
  const packages = { floor: 'ws', socketio: 'socket.io', foxwamp: 'fox-wamp' };
  const require = createRequire(import.meta.url);
  return wanted.flatMap((name) => {
    if (name === 'nats') return [execSync('nats-server --version').toString().trim().replace(': v', ' ')];
    const of = packages[name];
    if (!of) return [];
    // From where its code is, because not every package exports its manifest.
    const [folder] = require.resolve(of).split(`/node_modules/${of}/`);
    return [`${of} ${JSON.parse(readFileSync(`${folder}/node_modules/${of}/package.json`, 'utf8')).version}`];
  });
}

function textOf(seen) {
  if (seen.length === 0) return 'failed';
  const of = (key) => median(seen.map((figures) => figures[key]));
  if (seen[0].kib !== undefined) return `${of('kib').toFixed(1)} KiB`;
  const cpu = `${of('cpu').toFixed(2)} µs`;
  if (seen[0].bytesPerSecond) return `${cpu}, ${Math.round(of('bytesPerSecond') / 2 ** 20)} MiB/s`;
  if (seen[0].eventsPerReader) return `${cpu}, ${Math.round(of('eventsPerReader'))} events/s for each who reads`;
  if (seen[0].pause === undefined) return cpu;
  return `${cpu}, ${Math.round(of('bytes'))} bytes each, longest GC pause ${Math.round(of('pause'))} ms`;
}

const lines = [
  `| | ${wanted.map((name) => peers[name].title).join(' | ')} |`,
  `| --- |${' --- |'.repeat(wanted.length)}`,
];
for (const group of values.only.split(',')) for (const load of groups[group]) lines.push(await row(load));
const machine = [`${cpus().length} cores`, `Node ${process.version}`, ...versions()].join(', ');
const command = `npm run bench -- --only ${values.only} --rounds ${values.rounds}`;
const report = `\nMeasured with \`${command}\` on ${machine}.\n\n${lines.join('\n')}\n`;
console.log(report);
if (values.write) {
  const [before, rest] = readFileSync(page, 'utf8').split('<!-- figures -->');
  const [, after] = rest.split('<!-- end of figures -->');
  writeFileSync(page, `${before}<!-- figures -->\n${report}\n<!-- end of figures -->${after}`);
}
