import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../src/site.js';

let server: Server;
let port: number;
const failures: unknown[] = [];
beforeAll(async () => {
  server = createServer((request, response) => void serve(request, response).catch((error) => failures.push(error)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** The status that a request line is answered with. */
function ask(line: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    );
    socket.setEncoding('latin1').on('data', (text) => {
      answer += text;
    });
    socket.on('error', reject).on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])));
  });
}

test.each([
  ['GET / HTTP/1.1', 200],
  ['GET /?from=mail HTTP/1.1', 200],
  ['GET /page.css HTTP/1.1', 200],
  ['GET // HTTP/1.1', 404],
  ['GET //[ HTTP/1.1', 404],
  ['GET http://[/ HTTP/1.1', 404],
  ['GET /constructor HTTP/1.1', 404],
  ['GET /__proto__ HTTP/1.1', 404],
  ['GET /../src/site.ts HTTP/1.1', 404],
  ['GET /%00%ff HTTP/1.1', 404],
  ['OPTIONS * HTTP/1.1', 404],
  ['GET constructor HTTP/1.1', 400],
  ['GET', 400],
  ['\u0000\u0001', 400],
])('%j is answered with %i, and the server goes on', async (line, status) => {
  expect(await ask(line)).toBe(status);
  expect(await ask('GET / HTTP/1.1')).toBe(200);
  expect(failures).toEqual([]);
});
