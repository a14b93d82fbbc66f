import type { Payload, Values } from './payload.js';

/** What crosses a transport: text for a text serializer where the runtime hands out text, else bytes. */
export type Frame = string | Uint8Array;

/**
 * The wire form of a payload in one serializer: the one or two elements that end a message (arguments list,
 * keyword dictionary), without the brackets or the array header around them.
 */
export interface Slice {
  readonly data: Frame;
  /** 1: arguments only; 2: arguments and keyword arguments. */
  readonly count: 1 | 2;
  /** Whether the one element is an opaque payload, bytes or text, instead of a list (spec: "Payload Passthru Mode"). */
  readonly opaque?: boolean;
}

/** A message taken apart: the envelope decoded, the payload left as it came. */
export interface Parts {
  /** Code, ids, dictionaries and URI, in wire order; not yet checked beyond being well formed. */
  readonly fields: readonly unknown[];
  readonly payload: Payload | undefined;
}

/**
 * The port that every serializer implements. Engines are stateless values made by a factory, so that nothing is
 * loaded or registered by side effect.
 */
export interface Serializer {
  readonly id: 'json' | 'cbor' | 'msgpack';
  /** The WebSocket subprotocol that selects it: `wamp.2.<id>`. */
  readonly subprotocol: string;
  /** Whether its frames are binary WebSocket messages. */
  readonly binary: boolean;
  /**
   * Takes a received frame apart. The payload is checked for well-formedness and depth; an engine that passes payloads
   * on leaves it at that, one whose owner is about to read them decodes at once.
   * @throws ProtocolError when the frame is not one well-formed array.
   */
  split(frame: Frame): Parts;
  /**
   * Builds a frame from an envelope and, behind it, a payload's slice of this serializer.
   * @throws EncodeError when a value has no faithful form.
   */
  join(fields: readonly unknown[], payload: Slice | undefined): Frame;
  /** @throws EncodeError when a value has no faithful form in this serializer. */
  encodePayload(values: Values): Slice;
  /**
   * @throws ProtocolError when a value has no counterpart in JavaScript; `split` has seen to it that the slice is well
   * formed
   */
  decodePayload(slice: Slice): Values;
}
