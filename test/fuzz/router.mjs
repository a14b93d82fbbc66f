// The router under attack, in a process of its own: it ends when its parent does.
import { Router } from '@wigwag/router';

const before = new Set(Object.getOwnPropertyNames(Object.prototype));
const router = new Router();
const { url } = await router.listen({ port: 0 });
const raw = await router.listen({ protocol: 'rawsocket', port: 0 });
const portOf = (text) => Number(new URL(text).port);

process.on('message', () => {
  globalThis.gc?.();
  const polluted = Object.getOwnPropertyNames(Object.prototype).filter((name) => !before.has(name));
  if ({}.polluted !== undefined) polluted.push('polluted');
  process.send?.({ stats: router.stats(), heap: process.memoryUsage().heapUsed, polluted });
});
process.on('disconnect', () => process.exit());
process.send?.({ ports: { websocket: portOf(url), rawsocket: portOf(raw.url) } });
