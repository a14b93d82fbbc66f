import type { Invocation } from '@wigwag/node';
import { connect } from '@wigwag/node';
import { countPrimes } from './primes.js';
import { Procedure } from './procedures.js';

// One worker process: takes one job at a time, tells how far it is, stops when nobody waits for it any more.
const [, , url = '', name = ''] = process.argv;
const status = { name, done: 0, stopped: 0 };

async function* work([limit]: readonly unknown[], { signal }: Invocation) {
  signal.addEventListener('abort', () => status.stopped++);
  const count = countPrimes(Number(limit));
  for (;;) {
    const { done, value } = count.next();
    if (done) {
      status.done++;
      return `${value} primes below ${limit}, counted by ${name}`;
    }
    // Where nobody waits for it any more, this is where it ends.
    yield Math.round((100 * value.done) / value.of);
  }
}

const client = await connect(url, { realm: 'realm1', retry: 'always' });
// Calls go to the least busy worker, or, with `rkey`, to the one of that name; each works at one at a time, and what it
// leaves undone another may do.
await client.register(Procedure.COUNT, work, { invoke: 'load', concurrency: 1, nkey: name, _idempotent: true });
// Everybody answers this one.
await client.register(Procedure.STATUS, () => status, { invoke: 'all' });
process.send?.('ready');
process.once('disconnect', () => client.close());
