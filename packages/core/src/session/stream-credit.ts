import type { Dict } from '../wire/messages.js';
import type { Payload } from '../wire/payload.js';

/** Our extension, announced as a feature of caller, callee and dealer, and the option that carries it. */
export const CREDIT = '_credit';

/** Chunks that may be under way in one direction of a stream between peers that both keep to credit. */
export const WINDOW = 16;

/** Chunks that wait to be read from a peer that does not; one more ends the call. */
export const UNHEEDED_LIMIT = 1_024;

/** The chunks that a message grants: one with `_credit` and without a payload is a grant and nothing else. */
export function grantOf(options: Dict, payload: Payload | undefined): number | undefined {
  const granted = options[CREDIT];
  return payload === undefined && typeof granted === 'number' && granted > 0 ? granted : undefined;
}
