import * as Code from './codes.js';

/** How many elements stand before the payload, by message code; a code that is not here never carries a payload. */
const lengths: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  [Code.ERROR, 5],
  [Code.PUBLISH, 4],
  [Code.EVENT, 4],
  [Code.CALL, 4],
  [Code.INVOCATION, 4],
  [Code.RESULT, 3],
  [Code.YIELD, 3],
]);

/**
 * Where the envelope of a message ends and its payload starts; `Infinity` for a message that has none, whose further
 * elements therefore all count as envelope. Those are tolerated and not read: newer drafts append to messages (a
 * payload to ABORT, details to UNSUBSCRIBED and UNREGISTERED), and a peer that knows them is no offender.
 */
export function envelopeLength(code: unknown): number {
  return lengths.get(code) ?? Number.POSITIVE_INFINITY;
}
