import type { IncomingMessage, Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { ListenError } from './errors.js';
import { answerUpgrade } from './http-answer.js';
import type { Upgrade } from './upgrade.js';

/** The paths that routers have taken of each server; it belongs to the server, and goes with it. */
const taken = new WeakMap<Server | HttpsServer, TakenPaths>();

/**
 * The upgrade requests of an HTTP server that is not ours. The paths that routers were given are theirs; what others
 * upgrade on the same server is left alone; what nobody would answer is answered with 404.
 */
class TakenPaths {
  readonly #server: Server | HttpsServer;
  readonly #paths = new Map<string, Upgrade>();

  constructor(server: Server | HttpsServer) {
    this.#server = server;
  }

  /** @throws ListenError when the path is taken */
  add(path: string, upgrade: Upgrade): void {
    if (this.#paths.has(path)) {
      throw new ListenError(path, new Error('a router has this path of this server already; give this one another'));
    }
    if (this.#paths.size === 0) this.#server.on('upgrade', this.#onUpgrade);
    this.#paths.set(path, upgrade);
  }

  remove(path: string): void {
    this.#paths.delete(path);
    if (this.#paths.size === 0) this.#server.off('upgrade', this.#onUpgrade);
  }

  readonly #onUpgrade: Upgrade = (request, socket, head) => {
    const upgrade = this.#paths.get(pathOf(request));
    if (upgrade) upgrade(request, socket, head);
    else if (this.#server.listenerCount('upgrade') === 1) {
      answerUpgrade(socket, 404, notHere([...this.#paths.keys()].join(', ')));
    }
  };
}

/**
 * Takes the upgrade requests of one path of a server.
 * @returns gives the path back
 * @throws ListenError when another router has it
 */
export function takePath(server: Server | HttpsServer, path: string, upgrade: Upgrade): () => void {
  const paths = taken.get(server) ?? new TakenPaths(server);
  taken.set(server, paths);
  paths.add(path, upgrade);
  return () => paths.remove(path);
}

/** The path that a request is for, without its query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}

/** What an upgrade request for another path is told. */
export function notHere(where: string): string {
  return `There is no WAMP router at this path; it is at ${where}.\n`;
}
