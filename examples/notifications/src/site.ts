import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';

const files: ReadonlyMap<string | undefined, readonly [file: string, type: string]> = new Map([
  ['/', ['../page/index.html', 'text/html; charset=utf-8']],
  ['/page.css', ['../page/page.css', 'text/css; charset=utf-8']],
  ['/page.js', ['../dist/public/page.js', 'text/javascript; charset=utf-8']],
  ['/page.js.map', ['../dist/public/page.js.map', 'application/json']],
]);

/** Serves the page and what belongs to it. What a request asks for is text to look up: it need not be a URL. */
export async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path] = (request.url ?? '').split('?');
  const found = files.get(path);
  if (!found) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here.\n');
    return;
  }
  const [file, type] = found;
  try {
    const content = await readFile(new URL(file, import.meta.url));
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(content);
  } catch (error) {
    console.error(error);
    response.writeHead(500, { 'content-type': 'text/plain' }).end('The page could not be read; see the log.\n');
  }
}
