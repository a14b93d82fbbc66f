import type { Dict } from './messages.js';
import type { Payload } from './payload.js';

/** Our extension, announced as a feature of caller, callee and dealer, and the option that carries it. */
export const CREDIT = '_credit';

/** The chunks that a message grants: one with `_credit` and without a payload is a grant and nothing else. */
export function grantOf(options: Dict, payload: Payload | undefined): number | undefined {
  const granted = options[CREDIT];
  return payload === undefined && typeof granted === 'number' && granted > 0 ? granted : undefined;
}
