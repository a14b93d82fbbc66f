/** Whether a value has the key that cbor-x and msgpackr rename wherever they find it. */
export function hasProtoKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).includes('__proto__') || Object.values(value).some(hasProtoKey);
}

/** A value without what cbor-x and msgpackr lose: they read integers of 64 bits as bigint, and write -0 as 0. */
export function loosely(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return value + 0;
  if (Array.isArray(value)) return value.map(loosely);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, loosely(inner)]));
}
