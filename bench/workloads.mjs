// The loads. Each takes a server that was just started and returns figures; `cpu` is microseconds of the server's
// processor time for each operation, the figure that holds on a machine which is not quiet.
import { median, memoryOf, sleep, timesOf } from './process.mjs';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
const payloadOf = (size) => letters.repeat(Math.ceil(size / letters.length)).slice(0, size);

/** Opens clients, some at a time. */
async function openAll(server, count, prepare) {
  const clients = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(count, 32) }, async () => {
      while (next < count) {
        const at = next++;
        clients[at] = await server.open();
        await prepare(clients[at], at);
      }
    }),
  );
  return clients;
}

/** Looks at a running load for some periods. @param counter how many operations there were so far */
async function observe(server, counter, { seconds = 1, periods = 3, warm = 3 }) {
  await sleep(warm * 1000);
  const seen = [];
  for (let i = 0; i < periods; i++) {
    const [before, count, time] = [timesOf(server.pid), counter(), performance.now()];
    await sleep(seconds * 1000);
    const operations = counter() - count;
    if (operations === 0) throw new Error('nothing arrives any more');
    const after = timesOf(server.pid);
    const user = (after.user - before.user) / operations;
    seen.push({
      cpu: user + (after.system - before.system) / operations,
      user,
      rate: (operations * 1000) / (performance.now() - time),
    });
  }
  const of = (key) => median(seen.map((period) => period[key]));
  return { cpu: of('cpu'), user: of('user'), rate: of('rate') };
}

/**
 * One topic, a publisher and many subscribers; an operation is a delivery.
 * @param options.window publications on their way; 1 leaves a server nothing to put together
 * @param options.stalled how many subscribers more there are that read nothing; given, the events of each reader are told too
 */
export async function fanOut(server, options) {
  const { subscribers, size = 100, stalled, ...rest } = options;
  const { window = Math.min(64, Math.max(4, Math.round(4000 / subscribers))) } = options;
  const payload = payloadOf(size);
  const expected = Buffer.from(payload.slice(0, 40));
  let delivered = 0;
  let published = 0;
  let running = true;
  const publisher = await server.open();
  const pump = () => {
    while (running && published * subscribers - delivered <= (window - 1) * subscribers) {
      published++;
      publisher.publish('bench.fan', payload);
    }
  };
  const clients = await openAll(server, subscribers + (stalled ?? 0), async (client, at) => {
    await client.subscribe('bench.fan');
    if (at >= subscribers) return client.connection.stall();
    client.onEvent = (bytes, start, end) => {
      delivered++;
      if (delivered % 997 === 0 && !has(bytes, start, end, expected)) throw new Error('an event has another payload');
      pump();
    };
  });
  pump();
  const figures = await observe(server, () => delivered, rest);
  running = false;
  for (const client of [...clients, publisher]) client.connection.close();
  return {
    ...figures,
    ...(size > 10_000 && { bytesPerSecond: figures.rate * size }),
    ...(stalled !== undefined && { eventsPerReader: figures.rate / subscribers }),
  };
}

function has(bytes, start, end, expected) {
  const text = typeof bytes === 'string' ? bytes : bytes.latin1Slice(start, end);
  return text.includes(expected.toString());
}

/** One caller, one callee; an operation is a call with its result. */
export async function calls(server, { inFlight = 64, ...rest }) {
  const payload = payloadOf(100);
  const callee = await server.open();
  await callee.register('bench.call', payload);
  const caller = await server.open();
  let answered = 0;
  let running = true;
  const call = () => {
    caller.call('bench.call', payload, (error) => {
      if (error) throw new Error(error);
      answered++;
      if (running) call();
    });
  };
  for (let i = 0; i < inFlight; i++) call();
  const figures = await observe(server, () => answered, rest);
  running = false;
  for (const client of [caller, callee]) client.connection.close();
  return figures;
}

/**
 * Many topics with one subscriber each, and patterns that match none of them; an operation is a publication to one of
 * the topics, at random. Bytes are what the server has grown by for each subscription.
 */
export async function topics(server, { subscriptions, patterns = 0, clients: count = 500, window = 64, ...rest }) {
  const payload = payloadOf(100);
  let delivered = 0;
  let published = 0;
  let running = true;
  const publisher = await server.open();
  const pump = () => {
    while (running && published - delivered < window) {
      published++;
      publisher.publish(`bench.topic.n${Math.floor(Math.random() * subscriptions)}`, payload);
    }
  };
  const clients = await openAll(server, count, async (client) => {
    client.onEvent = () => {
      delivered++;
      pump();
    };
  });
  const before = memoryOf(server.pid);
  const share = async (total, subscribe) =>
    Promise.all(
      clients.map(async (client, at) => {
        for (let i = at; i < total; i += count) await subscribe(client, i);
      }),
    );
  await share(subscriptions, (client, i) => client.subscribe(`bench.topic.n${i}`));
  await share(patterns, (client, i) =>
    i % 2 === 0 ? client.subscribe(`bench.prefix${i}`, 'prefix') : client.subscribe(`bench..wild${i}`, 'wildcard'),
  );
  const bytes = (memoryOf(server.pid) - before) / (subscriptions + patterns);
  pump();
  const figures = await observe(server, () => delivered, rest);
  running = false;
  for (const client of [...clients, publisher]) client.connection.close();
  return { ...figures, bytes };
}

/** Connections that have joined, and have one subscription each, and then do nothing. */
export async function idle(server, { connections, settle = 5 }) {
  await sleep(500);
  const before = memoryOf(server.pid);
  const clients = await openAll(server, connections, (client, at) => client.subscribe(`bench.idle.n${at}`));
  await sleep(settle * 1000);
  const kib = (memoryOf(server.pid) - before) / connections / 1024;
  const lost = clients.filter(({ connection }) => connection.isClosed).length;
  if (lost > 0) throw new Error(`${lost} of ${connections} connections were lost`);
  for (const { connection } of clients) connection.close();
  return { kib };
}
