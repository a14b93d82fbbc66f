import type { Serializer } from '@wigwag/core/wire';
import { UsageError } from './arguments.js';

/** The serializer that `--serializer` names; only that one is loaded. */
export async function loadSerializer(name: string): Promise<Serializer> {
  switch (name) {
    case 'json':
      return (await import('@wigwag/core/serializer/json')).json();
    case 'cbor':
      return (await import('@wigwag/core/serializer/cbor')).cbor();
    case 'msgpack':
      return (await import('@wigwag/core/serializer/msgpack')).msgpack();
    default:
      throw new UsageError(`--serializer takes json, cbor or msgpack, and got ${name}`);
  }
}
