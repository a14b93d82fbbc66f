import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SecureContextOptions, Server, TlsOptions as ServerOptions } from 'node:tls';
import { createSecureContext } from 'node:tls';
import { textOf } from '@wigwag/core/session';
import { CertificateError } from './errors.js';
import type { ListenerContext } from './listener.js';
import { watchFiles } from './watch-files.js';

/** A certificate and what belongs to it, in PEM. */
export interface Certificates {
  /** The listener's own, with those of its issuers behind it. */
  readonly cert: string;
  readonly key: string;
  /** Of the key, where it is encrypted. */
  readonly passphrase?: string;
  /** Certificates of the authorities that clients' certificates may be signed by; nobody else's are taken. */
  readonly ca?: string;
}

/** The same in files. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly passphrase?: string;
  readonly caFile?: string;
  /** Whether the files are read again when they change. Default false: when `reload()` of the listener is called. */
  readonly watch?: boolean;
}

/** Options of a listener with TLS of its own. */
export type TlsOptions = (Certificates | CertificateFiles) & {
  /**
   * Whether clients are asked for a certificate: one that has none may go on (`request`), or not (`require`). Needs `ca`.
   * Default: they are not asked.
   */
  readonly clientCertificates?: 'request' | 'require';
  /** Default `TLSv1.2`. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
};

/** The TLS of one listener: its certificates, which can change while it is up. Connections that are open keep theirs. */
export class ListenerTls {
  readonly #options: TlsOptions;
  readonly #context: ListenerContext;
  #current: SecureContextOptions;
  #server: Server | undefined;
  #onReload = () => {};
  #stopWatching = () => {};

  private constructor(options: TlsOptions, context: ListenerContext, first: SecureContextOptions) {
    this.#options = options;
    this.#context = context;
    this.#current = first;
  }

  /** @throws CertificateError for files that cannot be read, and for what is no certificate or not that key's */
  static async load(options: TlsOptions, context: ListenerContext): Promise<ListenerTls> {
    return new ListenerTls(options, context, await certificatesOf(options));
  }

  /** For `createServer` of `tls` or `https`. */
  get serverOptions(): ServerOptions {
    const { clientCertificates } = this.#options;
    return {
      ...this.#current,
      requestCert: clientCertificates !== undefined,
      rejectUnauthorized: clientCertificates === 'require',
      handshakeTimeout: this.#context.handshakeTimeout,
    };
  }

  /** From now on the server's certificates follow, with `watch` by themselves. */
  serve(server: Server, onReload: () => void): void {
    this.#server = server;
    this.#onReload = onReload;
    const options = this.#options;
    if (!('certFile' in options) || !options.watch) return;
    const { certFile, keyFile, caFile } = options;
    this.#stopWatching = watchFiles(
      caFile === undefined ? [certFile, keyFile] : [certFile, keyFile, caFile],
      () => void this.reload().catch((error: unknown) => this.#context.report(error, 'listener')),
      this.#context.clock,
    );
  }

  /**
   * Takes other certificates, or the same files again. The authorities of clients' certificates stay where no others are
   * given: without any, whoever a public authority has signed would be let in.
   * @throws CertificateError, and the listener goes on with those that it had
   */
  async reload(certificates?: Certificates): Promise<void> {
    const next = await certificatesOf(certificates ? { ...this.#kept, ...certificates } : this.#options);
    this.#current = next;
    this.#server?.setSecureContext(next);
    this.#onReload();
  }

  /** What other certificates do not replace. */
  get #kept(): Pick<TlsOptions, 'clientCertificates' | 'minVersion'> & { readonly ca?: string } {
    const { clientCertificates, minVersion } = this.#options;
    const { ca } = this.#current;
    return {
      ...(clientCertificates && { clientCertificates }),
      ...(minVersion && { minVersion }),
      ...(typeof ca === 'string' && { ca }),
    };
  }

  close(): void {
    this.#stopWatching();
  }
}

/**
 * What a listener's server is made with, checked.
 * @throws CertificateError
 */
export async function certificatesOf(options: TlsOptions): Promise<SecureContextOptions> {
  const certificates = await read(options);
  if (options.clientCertificates && certificates.ca === undefined) {
    throw new CertificateError(
      "clients are asked for certificates, and whose are good is not said: give `ca`, their authority's",
    );
  }
  return check(certificates);
}

async function read(options: TlsOptions): Promise<SecureContextOptions> {
  const { passphrase, minVersion = 'TLSv1.2' } = options;
  const { cert, key, ca } = 'certFile' in options ? await readFiles(options) : options;
  return { cert, key, minVersion, ...(ca !== undefined && { ca }), ...(passphrase !== undefined && { passphrase }) };
}

/** One after the other, so that of several that are missing it is always the first which is named. */
async function readFiles({ certFile, keyFile, caFile }: CertificateFiles) {
  const cert = await readText(certFile);
  const key = await readText(keyFile);
  return { cert, key, ca: caFile === undefined ? undefined : await readText(caFile) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CertificateError(`cannot read ${file}: ${textOf(cause)}`, { cause });
  }
}

/** Before a server gets them, for one that got what it cannot use would have nothing. */
function check(certificates: SecureContextOptions): SecureContextOptions {
  const { ca, cert, key } = certificates;
  if (cert === undefined || key === undefined) {
    throw new CertificateError('there is no certificate: give `cert` and `key`, or `certFile` and `keyFile`');
  }
  try {
    // Authorities that are none are passed over by the server in silence.
    if (typeof ca === 'string') new X509Certificate(ca);
  } catch (cause) {
    throw new CertificateError(`\`ca\` holds no certificate: ${textOf(cause)}`, { cause });
  }
  try {
    createSecureContext(certificates);
    return certificates;
  } catch (cause) {
    throw new CertificateError(`the certificate and its key cannot be used: ${textOf(cause)}`, { cause });
  }
}
