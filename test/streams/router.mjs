// A router in a process of its own; prints its address, and when it is stopped how much memory it took at its peak.
import { Router } from '@wigwag/router';
import { MemoryWatch } from './memory.mjs';

const router = new Router();
const { url } = await router.listen({ port: 0 });
const watch = new MemoryWatch();
process.on('SIGTERM', async () => {
  const peak = watch.stop();
  await router.close();
  console.log(JSON.stringify({ peak }));
});
console.log(`listening on ${url}`);
