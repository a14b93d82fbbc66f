/** The types of channel binding that WAMP knows (RFC 9266, RFC 5929). */
export type ChannelIdType = 'tls-exporter' | 'tls-unique';

/** What this file uses of a `tls.TLSSocket`. */
interface TlsStream {
  getProtocol(): string | null;
  isSessionReused(): boolean;
  exportKeyingMaterial(length: number, label: string, context: Uint8Array): Uint8Array;
  getFinished(): Uint8Array | undefined;
  getPeerFinished(): Uint8Array | undefined;
}

/**
 * Bytes that only the two ends of a TLS connection know, and that somebody in the middle, who has a connection with
 * each, cannot make equal (spec: "TLS Channel Binding").
 *
 * `tls-exporter`, 32 bytes, needs TLS 1.3, where it is unique without further conditions. `tls-unique` is the client's
 * Finished message of TLS 1.2, 12 bytes as a rule; a resumed session has none that is safe (RFC 7627), and so none here.
 * @param stream any stream; `undefined` comes back for one that is no TLS, or not of the version that the type needs
 */
export function channelIdOf(stream: object, type: ChannelIdType, end: 'client' | 'server'): Uint8Array | undefined {
  if (!isTls(stream)) return undefined;
  const version = stream.getProtocol();
  if (type === 'tls-exporter') {
    if (version !== 'TLSv1.3') return undefined;
    return new Uint8Array(stream.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', new Uint8Array()));
  }
  if (version !== 'TLSv1.2' || stream.isSessionReused()) return undefined;
  const finished = end === 'client' ? stream.getFinished() : stream.getPeerFinished();
  return finished && new Uint8Array(finished);
}

function isTls(stream: object): stream is TlsStream {
  return 'exportKeyingMaterial' in stream && typeof stream.exportKeyingMaterial === 'function';
}
