import { z } from 'zod';
import type { Environment } from './secret.js';
import { secret } from './secret.js';

const file = z.string().min(1);
const port = z.int().min(0).max(65_535).describe('0 takes any free one');
const host = z.string().min(1).exactOptional().describe('Default `127.0.0.1`: this machine only');

function tls(env: Environment) {
  return z
    .strictObject({
      certFile: file.describe('The certificate, with those of its issuers behind it, in PEM'),
      keyFile: file.describe('Its key, in PEM'),
      passphrase: secret(env, 'Of the key, where it is encrypted').exactOptional(),
      caFile: file.exactOptional().describe("The authorities that clients' certificates may be signed by"),
      watch: z.boolean().exactOptional().describe('Whether the files are read again when they change; default false'),
      clientCertificates: z
        .enum(['request', 'require'])
        .exactOptional()
        .describe(
          'Whether clients are asked for a certificate, and may go on without one (`request`) or not (`require`)',
        ),
      minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).exactOptional().describe('Default `TLSv1.2`'),
    })
    .describe('Makes the listener one of TLS; names of files count from the folder of this file');
}

/** One place to listen; see `ListenOptions`. */
export function listener(env: Environment) {
  return z.discriminatedUnion('protocol', [
    z.strictObject({
      protocol: z.literal('websocket').exactOptional().describe('`websocket` (default) or `rawsocket`'),
      port: port.exactOptional().describe('Default 8080; 0 takes any free one'),
      host,
      path: z.string().regex(/^\//, 'must begin with "/"').exactOptional().describe('Default `/ws`'),
      tls: tls(env).exactOptional(),
      origins: z
        .array(z.string().min(1))
        .exactOptional()
        .describe("Whose pages may connect, such as `https://shop.example`; default: those of the listener's own host"),
      trustedProxies: z
        .array(z.string().min(1))
        .exactOptional()
        .describe('Addresses and networks of proxies that are believed when they say for whom they speak'),
    }),
    z
      .strictObject({
        protocol: z.literal('rawsocket'),
        port: port.exactOptional(),
        host,
        tls: tls(env).exactOptional(),
        unix: file.exactOptional().describe('In place of a port: a file that does not exist yet'),
      })
      .refine(({ port, unix }) => (port === undefined) !== (unix === undefined), {
        error: 'must have a port or a unix socket, one of the two',
      })
      .refine(({ unix, host, tls }) => unix === undefined || (host === undefined && tls === undefined), {
        error: 'must not have host or tls: a unix socket has neither',
      }),
  ]);
}
