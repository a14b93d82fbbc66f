import type { HistoryPage } from '../session/history.js';
import type { ReceivedEvent } from '../session/received-event.js';
import type { Dict, Id } from '../wire/messages.js';

/** Up to where a subscriber has the events of a subscription. */
export interface Position {
  /** The last event's; `undefined` before the first. */
  readonly publication: Id | undefined;
  /** Where our own router says that this is in its log (`_seq`, `_epoch`); other routers have no such. */
  readonly place: Place | undefined;
}

export interface Place {
  readonly seq: number;
  readonly epoch: string;
}

/** What our own router says of an answer out of its history; see docs/history.md. */
export interface PageInfo {
  /** Where the log ends. */
  readonly end: Place;
  /** The place of the last event that is gone. */
  readonly dropped: number;
  readonly covered: boolean;
  readonly more: boolean;
}

/** `undefined` for the answer of another router. */
export function infoOf({ kwargs }: HistoryPage): PageInfo | undefined {
  const end = placeOf(kwargs);
  if (!end || typeof kwargs._dropped !== 'number') return undefined;
  return { end, dropped: kwargs._dropped, covered: kwargs._covered === true, more: kwargs._more === true };
}

/** `undefined` for an event that is not kept, and for those of other routers. */
export function placeOf({ _seq: seq, _epoch: epoch }: Dict): Place | undefined {
  return typeof seq === 'number' && typeof epoch === 'string' ? { seq, epoch } : undefined;
}

/** The position behind an event; one that is not kept leaves it where it was. */
export function after(position: Position, { publication, details }: ReceivedEvent): Position {
  const place = placeOf(details);
  if (place) return { publication, place };
  return position.place || details.retained ? position : { publication, place: undefined };
}

/** What a page, asked for from the position's publication on, has for who is at that position. */
export interface News {
  readonly events: readonly ReceivedEvent[];
  /** Why events before these may be missing. */
  readonly missed: string | undefined;
  /** Before the first of these events, with what is missing behind it. */
  readonly position: Position;
}

/** @param seen whether an event was received before, as far as that is remembered */
export function newsOf(page: HistoryPage, position: Position, seen: (event: ReceivedEvent) => boolean): News {
  const info = infoOf(page);
  const { place, publication } = position;
  if (info && place?.epoch === info.end.epoch) {
    const events = page.events.filter(({ details }) => (placeOf(details)?.seq ?? 0) > place.seq);
    const dropped = info.dropped > place.seq ? 'the router has dropped the oldest of them' : undefined;
    const missed = info.covered ? dropped : 'the router does not keep the events of all these topics any more';
    return { events, missed, position: { publication, place: { ...place, seq: Math.max(place.seq, info.dropped) } } };
  }
  const start = { publication, place: info && { epoch: info.end.epoch, seq: info.dropped } };
  // Nothing had been published before: all that is there came later.
  if (!place && publication === undefined) return { events: page.events, missed: undefined, position: start };
  const known = page.events.map(seen).lastIndexOf(true);
  if (known >= 0) return { events: page.events.slice(known + 1), missed: undefined, position: start };
  const why = place ? "the router's history has begun anew" : "the last event received is not in the router's history";
  return { events: page.events, missed: why, position: start };
}
