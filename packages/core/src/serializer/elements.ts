import { ProtocolError } from '../wire/errors.js';
import { describe, isDict } from '../wire/fields.js';
import type { Values } from '../wire/payload.js';

/** How deep lists and dictionaries may nest in one element of a message, unless a factory is told otherwise. */
export const MAX_DEPTH = 100;

/** What every serializer's factory takes. */
export interface SerializerOptions {
  /** How deep lists and dictionaries may nest in one element of a message, both ways. Default 100. */
  readonly maxDepth?: number;
}

/** The elements that end a message: `[args]`, `[args, kwargs]`, or an opaque payload alone. */
export function toElements(values: Values): readonly unknown[] {
  if (values.opaque !== undefined) return [values.opaque];
  return values.kwargs === undefined ? [values.args] : [values.args, values.kwargs];
}

/** The reverse of `toElements`. @throws ProtocolError when the elements are no payload. */
export function toValues(elements: readonly unknown[]): Values {
  const [args, kwargs] = elements;
  if (elements.length === 2 && !isDict(kwargs)) {
    throw new ProtocolError(`ArgumentsKw must be a dictionary, and is ${describe(kwargs)}`);
  }
  if (elements.length <= 2 && Array.isArray(args)) return { args, kwargs: isDict(kwargs) ? kwargs : undefined };
  if (elements.length > 1) throw new ProtocolError('a payload is a list of arguments and a dictionary of keyword ones');
  if (typeof args === 'string' || args instanceof Uint8Array) return { args: [], kwargs: undefined, opaque: args };
  throw new ProtocolError(`Arguments must be a list, and is ${describe(args)}`);
}
