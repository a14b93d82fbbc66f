import type { Publication } from './fabric/fabric.js';
import { weigh } from './weight.js';

/** What one event costs beside what is in it; a round figure, so that many empty events are bounded too. */
const OVERHEAD = 500;

/** About how many bytes a publication takes that is kept: its payload as it was received, its topic and its options. */
export function costOf({ size, topic, options }: Publication): number {
  return OVERHEAD + size + 2 * topic.length + weigh(options);
}
