import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Whether an address is one that only this machine can connect from. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/** Headers by which a proxy tells that the connection is its own and not the client's. */
const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'];

/** Whether a request surely comes from this machine: from a loopback address, and no proxy there says that it passed it on. */
export function isLocalRequest({ headers }: IncomingMessage, socket: Socket): boolean {
  return isLoopback(socket.remoteAddress ?? '') && !proxyHeaders.some((name) => headers[name] !== undefined);
}
