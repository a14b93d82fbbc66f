import type { Auth } from './auth.js';

export interface TicketOptions {
  /** Default: the router finds out by the ticket, which a token such as a JWT allows. */
  readonly authid?: string;
  /** Called at each join, so that a ticket which expires can be fetched anew. */
  readonly ticket: () => string | Promise<string>;
}

/** A bearer secret, sent as it is: use it over TLS only (spec: "Ticket-based Authentication"). */
export function ticket({ authid, ticket: fetchTicket }: TicketOptions): Auth {
  return {
    method: 'ticket',
    identify: () => ({ authid }),
    prove: async () => ({ signature: await fetchTicket() }),
  };
}
