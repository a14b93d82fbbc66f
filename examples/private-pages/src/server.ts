import { createServer } from 'node:http';
import { Router, ticket } from '@wigwag/router';
import { sell } from './orders.js';
import { port } from './port.js';
import { authorization } from './rules.js';
import { serve } from './site.js';
import { checkToken } from './tokens.js';

// One process, one port: the site that logs people in, the router, and the shop behind it.
const server = createServer((request, response) => void serve(request, response));
const router = new Router({ realms: ['shop'], authenticators: [ticket({ check: checkToken })], authorization });
await router.listen({ server, path: '/ws' });
await sell(await router.session('shop', { authid: 'shop', authrole: 'shop' }), Number(process.env.PACE ?? 1_500));

const wanted = port();
server.on('error', (error: NodeJS.ErrnoException) => {
  const taken = error.code === 'EADDRINUSE';
  console.error(
    taken ? `Port ${wanted} is taken. Use another one: PORT=${wanted + 1} npm run private-pages` : error.message,
  );
  process.exit(1);
});
server.listen(wanted, '127.0.0.1', () => {
  const address = server.address();
  const at = typeof address === 'object' && address ? address.port : wanted;
  console.log(`Open   http://127.0.0.1:${at}   as Ann, and in a private window as Bob`);
});

const stop = async () => {
  await router.close();
  server.close();
  server.closeAllConnections();
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
