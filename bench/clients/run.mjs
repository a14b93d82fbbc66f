// One client library in a process of its own: what it spends on events, and on calls. Each payload is read.
const [name, url] = process.argv.slice(2);
const { open } = await import(`./${name}.mjs`);
const client = await open(url);
let left = 0;
let started;
const expected = 100;

/** Counts off one operation; the first of them starts the clock, the last one tells. */
function done(value, count) {
  if (value.length !== expected) throw new Error(`${name} got another payload: ${value}`);
  if (left === count) started = process.cpuUsage();
  if (--left > 0) return;
  const { user, system } = process.cpuUsage(started);
  process.send({ cpu: (user + system) / (count - 1) });
}

let events = 0;
await client.subscribe('bench.client', (value) => done(value, events));
process.on('message', async ({ kind, count, argument, inFlight }) => {
  left = count;
  if (kind === 'events') {
    events = count;
    process.send('ready');
    return;
  }
  let begun = 0;
  const work = async () => {
    while (begun < count) {
      begun++;
      done(await client.call('bench.call', argument), count);
    }
  };
  for (let i = 0; i < inFlight; i++) void work();
});
process.send('ready');
