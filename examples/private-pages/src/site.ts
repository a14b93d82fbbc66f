import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { actions } from './login.js';

const files: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ['/', ['../page/index.html', 'text/html; charset=utf-8']],
  ['/page.css', ['../page/page.css', 'text/css; charset=utf-8']],
  ['/page.js', ['../dist/public/page.js', 'text/javascript; charset=utf-8']],
  ['/page.js.map', ['../dist/public/page.js.map', 'application/json']],
]);

/** Serves the page, and does what it asks for. What a request asks for is text to look up: it need not be a URL. */
export async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const action = actions.get(`${request.method} ${path}`);
  const found = files.get(path);
  try {
    if (action) return await action(request, response);
    if (!found) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here.\n');
      return;
    }
    const [file, type] = found;
    const content = await readFile(new URL(file, import.meta.url));
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(content);
  } catch (error) {
    console.error(error);
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
    response.end('That could not be done; see the log.\n');
  }
}
