/** A listener could not start; the message says what to do about it. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  /** Node's own code is in `cause`. */
  readonly code: 'PORT_TAKEN' | 'PORT_FORBIDDEN' | 'NO_SUCH_ADDRESS' | 'LISTEN_FAILED';

  constructor(host: string, port: number, cause: Error) {
    const reason = 'code' in cause ? cause.code : undefined;
    const where = `${host}:${port}`;
    switch (reason) {
      case 'EADDRINUSE':
        super(`port ${port} is taken: another process listens on ${where}; stop it or choose another port`, { cause });
        this.code = 'PORT_TAKEN';
        break;
      case 'EACCES':
        super(`this process may not listen on ${where}: choose a port above 1023`, { cause });
        this.code = 'PORT_FORBIDDEN';
        break;
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        super(`${host} is no address of this machine: use 127.0.0.1, 0.0.0.0 or one of its own`, { cause });
        this.code = 'NO_SUCH_ADDRESS';
        break;
      default:
        super(`cannot listen on ${where}: ${cause.message}`, { cause });
        this.code = 'LISTEN_FAILED';
    }
  }
}
