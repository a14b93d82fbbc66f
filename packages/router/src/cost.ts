import type { Dict, Uri } from '@wigwag/core/wire';
import { weigh } from './weight.js';

/** What one message costs beside what is in it; a round figure, so that many empty ones are bounded too. */
const OVERHEAD = 500;

/** About how many bytes a message takes that is kept. @param size of its payload as it was received */
export function costOf(uri: Uri, options: Dict, size: number): number {
  return OVERHEAD + size + 2 * uri.length + weigh(options);
}
