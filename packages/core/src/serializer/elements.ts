import { ProtocolError } from '../wire/errors.js';
import { isDict } from '../wire/fields.js';
import type { Values } from '../wire/payload.js';
import type { Frame, Slice } from '../wire/serializer.js';

/** How many digits an integer may have, because turning digits into a bigint takes more than linear time. */
export const MAX_DIGITS = 4096;

/** What every serializer's factory takes. */
export interface SerializerOptions {
  /**
   * How deep lists and dictionaries may nest in one element of a message, both ways: 100 by default, 1000 at most,
   * because what reads and writes values does so by recursion.
   */
  readonly maxDepth?: number;
}

/** The depth limit that options ask for, a whole number: what counts levels asks whether it is reached. */
export function depthLimit({ maxDepth = 100 }: SerializerOptions): number {
  return Math.floor(Math.min(Math.max(maxDepth, 0), 1000)) || 0;
}

/** The elements that end a message: `[args]`, `[args, kwargs]`, or an opaque payload alone. */
export function toElements(values: Values): readonly unknown[] {
  if (values.opaque !== undefined) return [values.opaque];
  return values.kwargs === undefined ? [values.args] : [values.args, values.kwargs];
}

/** The slice of a payload's encoded elements. */
export function sliceOf(values: Values, data: Frame): Slice {
  const opaque = values.opaque !== undefined;
  return { data, count: opaque || values.kwargs === undefined ? 1 : 2, opaque };
}

/**
 * The reverse of `toElements`. `null` for keyword arguments counts as left off: some routers send it.
 * @param from where in the list they begin
 * @throws ProtocolError when the elements are no payload
 */
export function toValues(elements: readonly unknown[], from = 0): Values {
  const args = elements[from];
  const kwargs = elements[from + 1];
  const count = elements.length - from;
  if (count === 1 && (typeof args === 'string' || args instanceof Uint8Array)) {
    return { args: [], kwargs: undefined, opaque: args };
  }
  const dict = kwargs ?? undefined;
  if (count <= 2 && Array.isArray(args) && (dict === undefined || isDict(dict))) {
    return { args, kwargs: dict };
  }
  throw notPayload();
}

/** What a message whose last elements are neither of the allowed forms is answered with. */
export function notPayload(): ProtocolError {
  return new ProtocolError('a payload is a list of arguments and then a dictionary of keyword arguments, or is opaque');
}
