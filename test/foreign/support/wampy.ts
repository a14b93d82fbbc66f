import { Wampy } from 'wampy';
import { CborSerializer } from 'wampy/CborSerializer.js';
import { JsonSerializer } from 'wampy/JsonSerializer.js';
import { MsgpackSerializer } from 'wampy/MsgpackSerializer.js';
import { WebSocket } from 'ws';
import { Inbox } from './inbox.js';
import type { Guest, Stage } from './stage.js';

export type WampyOptions = ConstructorParameters<typeof Wampy>[1];

/** wampy's serializers, by what it calls them. */
export const serializers = {
  json: () => new JsonSerializer(),
  msgpack: () => new MsgpackSerializer(),
  cbor: () => new CborSerializer(),
} as const;

type Socket = NonNullable<WampyOptions['ws']>;
/** wampy asks for a browser's WebSocket, and its handbook says to pass it that of `ws`. */
function isSocket(made: unknown): made is Socket {
  return made === WebSocket;
}

/** wampy, with what it tells its application in inboxes. */
export class WampyPeer implements Guest {
  readonly wampy: Wampy;
  readonly reconnected = new Inbox<'reconnected'>();
  /** What it objects to in what the router sends it, and what its socket says. */
  readonly complaints: Error[] = [];

  constructor(url: string, options: WampyOptions = {}) {
    const ws: unknown = WebSocket;
    if (!isSocket(ws)) throw new TypeError('ws has no WebSocket');
    this.wampy = new Wampy(url, {
      realm: 'realm1',
      ws,
      onError: (error) => {
        this.complaints.push(error);
      },
      onReconnectSuccess: () => this.reconnected.push('reconnected'),
      ...options,
    });
  }

  async open(): Promise<Wampy> {
    await this.wampy.connect();
    return this.wampy;
  }

  /** Says GOODBYE; resolves when the connection is closed. */
  async close(): Promise<void> {
    if (this.wampy.getSessionId()) await this.wampy.disconnect();
  }
}

/** A wampy that is still to be connected, to the router or elsewhere. */
export function wampyAt(stage: Stage, options: WampyOptions = {}, url = stage.url): WampyPeer {
  return stage.host(new WampyPeer(url, options));
}

/** A wampy in session. */
export function joined(stage: Stage, options: WampyOptions = {}): Promise<Wampy> {
  return wampyAt(stage, options).open();
}

/** An event as wampy hands it over. */
export interface Received {
  readonly details: Record<string, unknown>;
  readonly argsList?: unknown[];
  readonly argsDict?: Record<string, unknown>;
}

/** Subscribes wampy, and returns where its events arrive. */
export async function listen(session: Wampy, topic: string, match?: 'prefix' | 'wildcard'): Promise<Inbox<Received>> {
  const inbox = new Inbox<Received>();
  await session.subscribe(topic, inbox.push, match && { match });
  return inbox;
}

/** wampy passes on what its MessagePack makes of a large integer, which may be a bigint. */
export function sessionId(session: Wampy): number {
  return Number(session.getSessionId());
}

/** An error as wampy answers with it: a plain object, thrown or passed to its `error_handler`. */
export function tooMuch(amount: unknown) {
  return { error: 'com.app.error.too_much', argsList: ['too much', amount], argsDict: { limit: 10 } };
}
