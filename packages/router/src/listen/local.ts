import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isLoopback } from './loopback.js';
import { hostOf } from './origin.js';

/** Headers by which a proxy tells that the connection is its own and not the client's. */
const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'];

/**
 * Whether a request surely comes from this machine: from a loopback address, where no proxy says that it passed it on,
 * and not for a page from elsewhere that a browser of this machine shows.
 */
export function isLocalRequest({ headers }: IncomingMessage, socket: Socket): boolean {
  const page = headers.origin === undefined ? 'localhost' : (hostOf(headers.origin) ?? '');
  return (
    isLoopback(socket.remoteAddress ?? '') &&
    isLoopback(page) &&
    !proxyHeaders.some((name) => headers[name] !== undefined)
  );
}
