import { createServer } from 'node:http';
import { Router } from '@wigwag/router';
import { port } from './port.js';
import { serve } from './site.js';

// One server, one port: the pages, and the router that pushes to them.
const server = createServer((request, response) => void serve(request, response));
const router = new Router();
await router.listen({ server, path: '/ws' });

const wanted = port();
server.on('error', (error: NodeJS.ErrnoException) => {
  const taken = error.code === 'EADDRINUSE';
  console.error(taken ? `Port ${wanted} is taken. Use another one: PORT=${wanted + 1} npm start` : error.message);
  process.exit(1);
});
server.listen(wanted, '127.0.0.1', () => {
  const address = server.address();
  const at = typeof address === 'object' && address ? address.port : wanted;
  console.log(`Open   http://127.0.0.1:${at}`);
  console.log(`Then   ${at === 8080 ? '' : `PORT=${at} `}npm run notify -- "Build 42 is done"`);
});

const stop = async () => {
  await router.close();
  server.close();
  server.closeAllConnections();
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
