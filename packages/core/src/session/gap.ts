import { GAP } from '../wire/features.js';
import { isDict } from '../wire/fields.js';
import type { EventDetails, Uri } from '../wire/messages.js';

/** What a router says of events that it could not send, in the place of these events (ours, announced as `_gap`). */
export interface Gap {
  /** How many events. */
  readonly count: number;
  /** How many of them are in the router's history. */
  readonly kept: number;
  /** Why, as the URI of an error. */
  readonly reason: Uri;
}

/** `undefined` for the details of an event that is there. */
export function gapOf({ [GAP]: gap }: EventDetails): Gap | undefined {
  if (!isDict(gap)) return undefined;
  const { count, kept, reason } = gap;
  return {
    count: typeof count === 'number' ? count : 1,
    kept: typeof kept === 'number' ? kept : 0,
    reason: typeof reason === 'string' ? reason : '',
  };
}
