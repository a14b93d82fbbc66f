/** Whom a session acts as; WELCOME tells the client. */
export interface Identity {
  readonly authid: string;
  readonly authrole: string;
  /** How it was established: `anonymous`, `ticket`, … */
  readonly authmethod: string;
  /** Who vouches for it: `static`, `dynamic`, … */
  readonly authprovider: string;
}
