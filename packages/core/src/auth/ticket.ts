import { text } from '../wire/rules.js';
import type { Setting } from '../wire/settings.js';
import { requireSettings } from '../wire/settings.js';
import type { Auth } from './auth.js';
import { askSecret, secretSetting } from './secret.js';

export interface TicketOptions {
  /** Default: the router finds out by the ticket, which a token such as a JWT allows. */
  readonly authid?: string;
  /** Called at each join, so that a ticket which expires can be fetched anew. */
  readonly ticket: () => string | Promise<string>;
}

const settings: Readonly<Record<keyof TicketOptions, Setting>> = {
  authid: text,
  ticket: /* @__PURE__ */ secretSetting('ticket'),
};

/**
 * A bearer secret, sent as it is: use it over TLS only (spec: "Ticket-based Authentication").
 * @throws InvalidArgumentError
 */
export function ticket(options: TicketOptions): Auth {
  requireSettings(settings, options);
  const { authid, ticket: ask } = options;
  return {
    method: 'ticket',
    identify: () => ({ authid }),
    prove: async () => ({ signature: await askSecret('ticket', ask) }),
  };
}
