/** A listener could not start; the message says what to do about it. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  /** Node's own code is in `cause`. */
  readonly code: 'PORT_TAKEN' | 'PORT_FORBIDDEN' | 'NO_SUCH_ADDRESS' | 'LISTEN_FAILED';

  /** @param where `host:port`, or the path of a unix socket */
  constructor(where: string, cause: Error) {
    const reason = 'code' in cause ? cause.code : undefined;
    switch (reason) {
      case 'EADDRINUSE':
        super(`${nameOf(where)} is taken: another process listens on ${where}; stop it or choose another one`, {
          cause,
        });
        this.code = 'PORT_TAKEN';
        break;
      case 'EACCES':
        super(`this process may not listen on ${where}: choose a port above 1023, or a folder that it may write to`, {
          cause,
        });
        this.code = 'PORT_FORBIDDEN';
        break;
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        super(`${where} is no address of this machine: use 127.0.0.1, 0.0.0.0 or one of its own`, { cause });
        this.code = 'NO_SUCH_ADDRESS';
        break;
      default:
        super(`cannot listen on ${where}: ${cause.message}`, { cause });
        this.code = 'LISTEN_FAILED';
    }
  }
}

/** A listener's certificates cannot be used; the message says which and why. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly code = 'CERTIFICATE';
}

function nameOf(where: string): string {
  const port = /:(\d+)$/.exec(where)?.[1];
  return port === undefined ? where : `port ${port}`;
}
