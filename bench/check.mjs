// Whether the router is still as cheap as it was, in about a minute: npm run bench:check
//
// Ratios to what was measured in the same seconds, and of the cheapest look at either side: whatever else runs
// on the machine can only make one dearer. A ratio above its bar is looked at again, so that a disturbance costs
// time and no more; what stays above it through all rounds is a regression.
import { measure } from './measure.mjs';

const brief = { seconds: 1, periods: 3, warm: 2 };
const ROUNDS = 8;

/**
 * About twice what is true (docs/performance.md). Crowded processors alone have made 1.7 of 1.05; a trick of the hot path
 * that is lost makes more: writing each message at once, for one, 19 in the first row.
 */
const checks = [
  { name: 'fan-out 100, saturated', of: ['wigwag', 'floor'], load: ['fanOut', { subscribers: 100 }], bar: 3 },
  {
    name: 'fan-out 100, one publication in flight',
    of: ['wigwag', 'floor'],
    load: ['fanOut', { subscribers: 100, window: 1 }],
    bar: 2.1,
  },
  {
    name: 'fan-out 100 of 64 KiB',
    of: ['wigwag', 'floor'],
    load: ['fanOut', { subscribers: 100, size: 65_536, window: 4 }],
    bar: 2,
  },
  { name: 'calls, 64 in flight', of: ['wigwag', 'skeleton'], load: ['calls', { inFlight: 64 }], bar: 2 },
  {
    name: '10 000 patterns, to none',
    of: ['wigwag', 'wigwag'],
    load: ['topics', { subscriptions: 1000, clients: 50, patterns: 10_000 }],
    beside: ['topics', { subscriptions: 1000, clients: 50 }],
    bar: 2,
  },
];

async function cost(peer, [workload, options]) {
  const { cpu, error } = await measure(peer, workload, { ...brief, ...options });
  if (error) throw new Error(`${peer}, ${workload}: ${error}`);
  return cpu;
}

let failed = 0;
for (const { name, of, load, beside = load, bar } of checks) {
  let [ours, theirs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let rounds = 0;
  do {
    ours = Math.min(ours, await cost(of[0], load));
    theirs = Math.min(theirs, await cost(of[1], beside));
    rounds++;
  } while (ours / theirs > bar && rounds < ROUNDS);
  const ratio = ours / theirs;
  if (ratio > bar) failed++;
  const figures = `${ours.toFixed(2)} µs to ${theirs.toFixed(2)} µs of ${of[1]}: ${ratio.toFixed(2)}, at most ${bar}`;
  console.log(`${ratio > bar ? 'LOST' : 'kept'}  ${name}: ${figures} (${rounds} round${rounds > 1 ? 's' : ''})`);
}
process.exitCode = failed === 0 ? 0 : 1;
