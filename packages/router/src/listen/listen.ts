import type { Listener, ListenerContext } from './listener.js';
import type { RawSocketListenOptions } from './rawsocket.js';
import { requireListenOptions } from './settings.js';
import type { AttachedOptions, StandaloneOptions } from './websocket.js';
import { listenWebSocket } from './websocket.js';

/**
 * Where a listener stands: WebSocket on a port of its own or on a path of an HTTP server that is there already, or
 * RawSocket on a port or a unix socket.
 */
export type ListenOptions = StandaloneOptions | AttachedOptions | RawSocketListenOptions;

/** @throws ListenError; TypeError for options that are mistaken */
export async function listen(options: ListenOptions, context: ListenerContext): Promise<Listener> {
  requireListenOptions(options);
  if (!('protocol' in options)) return listenWebSocket(options, context);
  const { listenRawSocket } = await import('./rawsocket.js');
  return listenRawSocket(options, context);
}
