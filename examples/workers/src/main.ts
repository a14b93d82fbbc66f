import type { ChildProcess } from 'node:child_process';
import type { Client } from '@wigwag/node';
import { connect, survey } from '@wigwag/node';
import { Router } from '@wigwag/router';
import { dismiss, hire } from './crew.js';
import { Procedure } from './procedures.js';

/** More jobs than there are workers: the router keeps those that wait, and hands them out as workers become free. */
async function spread(client: Client): Promise<void> {
  console.log('\nSix jobs for three workers:');
  const limits = [300_000, 250_000, 200_000, 150_000, 100_000, 50_000];
  await Promise.all(
    limits.map(async (limit, at) => {
      const job = client.stream(Procedure.COUNT, [limit]);
      for await (const part of job) console.log(`  job ${at + 1}: ${part.args[0]} %`);
      const result = await job.result;
      console.log(`  job ${at + 1}: ${result.value}`);
    }),
  );
}

/** Breaking out of the progress stops the worker. */
async function cancel(client: Client): Promise<void> {
  console.log('\nA job that nobody wants any more:');
  for await (const part of client.stream(Procedure.COUNT, [50_000_000])) {
    console.log(`  stopped at ${part.args[0]} %`);
    break;
  }
}

async function address(client: Client, name: string): Promise<void> {
  console.log(`\nA job for ${name} and nobody else:`);
  console.log(`  ${await client.call(Procedure.COUNT, [1_000], { rkey: name })}`);
}

/** One call, and every worker answers it. */
async function everybody(client: Client): Promise<void> {
  console.log('\nWhat everybody has done:');
  const status = survey(client, Procedure.STATUS, [], { timeout: 10_000 });
  for await (const { value } of status) console.log(' ', value);
  const { answered, missing } = await status.outcome;
  console.log(`  ${answered.length} answered, ${missing.length} did not`);
}

/** A job that is safe to repeat survives the worker that it was at. */
async function lose(client: Client, name: string, worker: ChildProcess | undefined): Promise<void> {
  console.log(`\n${name} dies at work, and another one takes the job:`);
  const job = client.call(Procedure.COUNT, [400_000], { rkey: name });
  worker?.kill('SIGKILL');
  console.log(`  ${await job}`);
}

const router = new Router();
const { url } = await router.listen({ port: 0 });
const crew = await hire(['ada', 'bob', 'cleo'], url);
console.log(`Three workers are connected to ${url}`);
const client = await connect(url, { realm: 'realm1' });
try {
  await spread(client);
  await cancel(client);
  await address(client, 'bob');
  await everybody(client);
  await lose(client, 'ada', crew[0]);
} finally {
  await client.close();
  await dismiss(crew);
  await router.close();
}
