import type { Socket } from 'node:net';
import { connect as connectTcp } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { connectionSettings, InvalidArgumentError, requireSettings } from '@wigwag/core';
import type { Connector, Transport } from '@wigwag/core/transport';
import { ConnectError } from '@wigwag/core/transport';
import {
  MAX_LENGTH,
  PREFIX,
  RawSocketTransport,
  readHandshake,
  serializerFor,
  writeHandshake,
} from '@wigwag/core/transport/rawsocket';
import type { Serializer, Setting } from '@wigwag/core/wire';
import { amount, needed, object } from '@wigwag/core/wire';
import { channelIdFor } from './channel-id.js';

/** Options of `rawSocket`. */
export interface RawSocketConnectorOptions {
  /** RawSocket asks for one: the first of these. */
  readonly serializers: readonly Serializer[];
  /** The longest message that this side receives, bytes; RawSocket rounds it to a power of two. Default 2^24, the most. */
  readonly maxReceive?: number | undefined;
  /** For `rss://`: the options of `tls.connect`. */
  readonly socket?: ConnectionOptions | undefined;
}

const settings: Readonly<Record<keyof RawSocketConnectorOptions, Setting>> = {
  serializers: needed(connectionSettings.serializers),
  maxReceive: amount,
  socket: object,
};

/**
 * Connects over RawSocket (spec: "RawSocket"), which loads no library and opens faster than WebSocket.
 * @param url `rs://host:port`, `rss://host:port` (TLS), or `rs://unix:/path/of/the.socket`
 * @throws InvalidArgumentError for an address that is none of these, and for options that are mistaken
 */
export function rawSocket(url: string, options: RawSocketConnectorOptions): Connector {
  requireSettings(settings, options);
  const { maxReceive = MAX_LENGTH } = options;
  // There is one at least: that has been checked.
  const serializer = options.serializers.reduce((first) => first);
  const load = opener(url, options.socket);
  return async (signal) => {
    const open = await load();
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      // It may fail at once, so it is listened to in the same turn.
      const stream = open();
      const fail = (why: string, cause?: unknown) => {
        release();
        stream.destroy();
        reject(new ConnectError(`cannot connect to ${url}: ${why}`, { cause }));
      };
      const onAbort = () => {
        release();
        stream.destroy();
        reject(signal.reason);
      };
      const onError = (error: Error) =>
        fail(`${error.message}. Does a router listen at this address with RawSocket?`, error);
      const onEnd = () => fail('the router ended the connection before it answered the handshake');
      let received = Buffer.alloc(0);
      const onData = (bytes: Buffer) => {
        received = Buffer.concat([received, bytes]);
        if (received.byteLength < PREFIX) return;
        const answer = readHandshake(received);
        if ('broken' in answer) return fail(`${answer.broken}. Is this the port of a WebSocket listener?`);
        if ('refused' in answer) return fail(answer.refused);
        if (!serializerFor(answer.serializer, [serializer])) return fail('the router chose another serializer');
        release();
        resolve(take(stream, serializer, url, maxReceive, answer.maxLength, received.subarray(PREFIX)));
      };
      const release = () => {
        signal.removeEventListener('abort', onAbort);
        stream.off('error', onError).off('end', onEnd).off('data', onData);
        // Whatever still comes of a socket that was given up.
        stream.on('error', () => {});
      };
      signal.addEventListener('abort', onAbort, { once: true });
      stream.on('error', onError).on('end', onEnd).on('data', onData);
      stream.write(writeHandshake(serializer, maxReceive));
    });
  };
}

function take(
  stream: Socket,
  serializer: Serializer,
  peer: string,
  maxReceive: number,
  maxSend: number,
  early: Uint8Array,
): Transport {
  const channelId = channelIdFor(stream);
  return new RawSocketTransport(stream, { serializer, peer, maxReceive, maxSend, early, channelId });
}

/** What opens a socket, once what that takes is loaded: TLS is nothing that each program needs. */
function opener(url: string, tls: ConnectionOptions | undefined): () => Promise<() => Socket> {
  const local = /^rs:\/\/unix:(.+)$/i.exec(url)?.[1];
  if (local !== undefined) return async () => () => connectTcp({ path: local });
  const { protocol, hostname, port } = parse(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const address = { host, port: Number(port), noDelay: true };
  if (protocol === 'rs:') return async () => () => connectTcp(address);
  return async () => {
    const { connect } = await import('node:tls');
    return () => connect({ servername: host, ...tls, ...address });
  };
}

function parse(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && /^rss?:$/.test(parsed.protocol) && parsed.hostname !== '' && parsed.port !== '') return parsed;
  throw new InvalidArgumentError(`${url} is no RawSocket address: rs://host:port, rss://host:port, or rs://unix:/path`);
}
