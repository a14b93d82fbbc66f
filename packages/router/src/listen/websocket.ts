import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { ListenError } from './errors.js';
import { answerUpgrade } from './http-answer.js';
import type { Listener, ListenerContext } from './listener.js';
import { nothingToReload } from './listener.js';
import { Newcomers } from './newcomers.js';
import { Proxies } from './proxies.js';
import { notHere, pathOf, takePath } from './taken-paths.js';
import type { TlsOptions } from './tls.js';
import { ListenerTls } from './tls.js';
import type { VisitOptions } from './upgrade.js';
import { upgrader } from './upgrade.js';

/** Options of a listener with a server of its own. */
export interface StandaloneOptions extends VisitOptions {
  /** Default 8080; 0 takes any free one. */
  readonly port?: number;
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** Default `/ws`. */
  readonly path?: string;
  /** Makes it `wss://`. Default: no TLS. */
  readonly tls?: TlsOptions;
}

/** Options of a listener on another's server, whose other paths and upgrades it leaves alone. */
export interface AttachedOptions extends VisitOptions {
  readonly server: Server | HttpsServer;
  /** Default `/ws`. */
  readonly path?: string;
}

/** @throws ListenError */
export function listenWebSocket(
  options: StandaloneOptions | AttachedOptions,
  context: ListenerContext,
): Promise<Listener> {
  return 'server' in options ? listenOn(options, context) : listenAlone(options, context);
}

async function listenOn(options: AttachedOptions, context: ListenerContext): Promise<Listener> {
  const { server, path = '/ws' } = options;
  const site = { address: () => addressOf(server)?.address, counted: false, settled() {} };
  const giveBack = takePath(server, path, upgrader(options, site, context));
  return {
    get url() {
      return urlOf(server, path) ?? path;
    },
    reload: nothingToReload,
    async close() {
      giveBack();
    },
  };
}

async function listenAlone(options: StandaloneOptions, context: ListenerContext): Promise<Listener> {
  const { port = 8080, host = '127.0.0.1', path = '/ws' } = options;
  const tls = options.tls && (await ListenerTls.load(options.tls, context));
  const onRequest: RequestListener = (_request, response) => {
    response.writeHead(426, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close', Upgrade: 'websocket' });
    response.end(`This is a WAMP router: connect to it by WebSocket, at the path ${path}.\n`);
  };
  const server = tls ? createTlsServer(tls.serverOptions, onRequest) : createServer(onRequest);
  const newcomers = new Newcomers(server, context, new Proxies(options.trustedProxies));
  const site = {
    address: () => addressOf(server)?.address,
    counted: true,
    settled: (socket: Socket) => newcomers.settled(socket),
  };
  const upgrade = upgrader(options, site, context);
  server.on('upgrade', (request, socket, head) => {
    if (pathOf(request) === path) upgrade(request, socket, head);
    else answerUpgrade(socket, 404, notHere(path));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError(`${host}:${port}`, error)));
    server.listen(port, host, resolve);
  });
  server.on('error', (error) => context.report(error, 'listener'));
  const url = urlOf(server, path) ?? path;
  if (tls && 'setSecureContext' in server) tls.serve(server, () => context.reloaded(url));
  return {
    url,
    reload: (certificates) => tls?.reload(certificates) ?? nothingToReload(),
    close: () =>
      new Promise((resolve) => {
        tls?.close();
        server.close(() => resolve());
        newcomers.dropAll();
      }),
  };
}

/** `undefined` while it does not listen, and on a unix socket. */
function addressOf(server: Server | HttpsServer): AddressInfo | undefined {
  const address = server.address();
  return address === null || typeof address === 'string' ? undefined : address;
}

function urlOf(server: Server | HttpsServer, path: string): string | undefined {
  const address = addressOf(server);
  if (!address) return undefined;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${'setSecureContext' in server ? 'wss' : 'ws'}://${host}:${address.port}${path}`;
}
