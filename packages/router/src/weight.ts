/** What a value costs beside its text and bytes; a round figure. */
const OVERHEAD = 16;

/** About how many bytes a decoded value takes, so that what is kept can be bounded; its depth was limited on receipt. */
export function weigh(value: unknown): number {
  if (typeof value === 'string') return OVERHEAD + 2 * value.length;
  if (ArrayBuffer.isView(value)) return OVERHEAD + value.byteLength;
  if (typeof value === 'bigint') return OVERHEAD + Math.ceil(value.toString(16).length / 2);
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + weigh(each), OVERHEAD);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).reduce((sum, [key, each]) => sum + weigh(key) + weigh(each), OVERHEAD);
  }
  return OVERHEAD;
}
