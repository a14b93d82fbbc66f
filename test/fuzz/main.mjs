// Hostile inputs for a real router over real sockets, beside honest sessions: npm run fuzz -- --inputs 1000000
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { attack } from './attacker.mjs';
import { Honest } from './honest.mjs';
import { Random } from './random.mjs';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '50000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
  },
});
const wanted = number('inputs', values.inputs);
const seed = number('seed', values.seed);
/** Connections that attack at the same time. */
const ATTACKERS = 32;
/** Inputs that one session is given before it is let go. */
const PER_SESSION = 64;
/** Milliseconds after which an answer that is due counts as never coming. */
const PATIENCE = 60_000;
/** Bytes that the heap may differ by between two looks at it; caches fill, and the collector has moods. */
const GROWTH = 24 * 2 ** 20;

function number(name, text) {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} ${text}: a whole number is needed`);
  process.exit(2);
}

const child = fork(fileURLToPath(new URL('./router.mjs', import.meta.url)), { execArgv: ['--expose-gc'] });
const findings = [];
let alive = true;
child.on('exit', (code, signal) => {
  alive = false;
  if (!done) findings.push(`crash: the router's process ended (${signal ?? code})`);
});
let done = false;
const gone = new Error('the router is gone');
const reply = () =>
  new Promise((resolve, reject) => {
    if (!alive) reject(gone);
    child.once('message', resolve);
    child.once('exit', () => reject(gone));
  });

/** What the router says of itself, once all attackers' sessions are gone from it. */
async function look(honestSessions) {
  for (const start = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (!alive) throw gone;
    child.send('look');
    const seen = await reply();
    if (seen.stats.connections === honestSessions) return seen;
    if (Date.now() - start > PATIENCE)
      throw new Error(`${seen.stats.connections - honestSessions} connections of attackers were never let go`);
  }
}

function patiently(work, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`hang: ${what()}`)), PATIENCE);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

let inputs = 0;
let ended = 0;
let next = 0;
async function attacker(ports, until) {
  while (inputs < until && alive && findings.length === 0) {
    const number = next++;
    const random = new Random(Math.imul(seed ^ number, 0x9e3779b1) + number);
    try {
      const result = await patiently(attack(random, ports, PER_SESSION), () => `attack ${number} got no answer`);
      inputs += result.inputs;
      ended += result.ended;
    } catch (error) {
      findings.push(`attack ${number} of seed ${seed}: ${error.message}`);
    }
  }
}

async function wave(ports, until) {
  await Promise.all(Array.from({ length: ATTACKERS }, () => attacker(ports, until)));
}

const { ports } = await reply();
const honest = await Honest.start(ports);
console.log(`seed ${seed}: ${wanted} inputs, ${ATTACKERS} attackers, ${honest.sessions} honest sessions`);
try {
  // The first tenth warms up what is filled once; from then on nothing may grow.
  await wave(ports, wanted / 10);
  const before = await look(honest.sessions);
  await wave(ports, wanted);
  const after = await look(honest.sessions);
  const grown = after.heap - before.heap;
  if (grown > GROWTH) findings.push(`growth: the heap grew by ${Math.round(grown / 2 ** 20)} MiB`);
  const { sessions, subscriptions, registrations, calls } = after.stats;
  if (sessions !== honest.sessions) findings.push(`leak: ${sessions} sessions, ${honest.sessions} are there`);
  if (subscriptions !== 1 || registrations !== 1 || calls > 1)
    findings.push(`leak: ${subscriptions} subscriptions, ${registrations} registrations, ${calls} calls are left`);
  if (after.polluted.length > 0) findings.push(`prototype pollution: ${after.polluted.join(', ')}`);
  console.log(
    `heap ${(before.heap / 2 ** 20).toFixed(1)} MiB after a tenth, ${(after.heap / 2 ** 20).toFixed(1)} MiB at the end; ` +
      `${honest.events} honest events and ${honest.calls} calls beside them; ${after.stats.violations} violations counted`,
  );
} catch (error) {
  findings.push(error.message);
}
await patiently(honest.stop(), () => 'an honest session does not close').catch((error) => findings.push(error.message));
findings.push(...honest.findings);
done = true;
if (alive) child.disconnect();
for (const finding of findings) console.error(finding);
console.log(`${inputs} inputs, ${ended} sessions ended, ${findings.length === 0 ? 'nothing' : findings.length} found`);
process.exitCode = findings.length === 0 ? 0 : 1;
