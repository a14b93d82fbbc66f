import { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../access/facts.js';

/** The certificate of a client, if it has shown one that was signed by somebody whom the listener trusts. */
export function certificateOf(socket: object): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const { subject, subjectAltName = '', fingerprint256, serialNumber, validTo, raw } = certificate;
  const commonName = /^CN=(.*)$/m.exec(subject)?.[1];
  const others = [...subjectAltName.matchAll(/(?:^|, )(?:DNS|email|URI):([^,"]+)/g)].map((match) => match[1] ?? '');
  return {
    commonName,
    names: commonName === undefined ? others : [commonName, ...others],
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
    serialNumber,
    validTo: Date.parse(validTo),
    raw,
  };
}
