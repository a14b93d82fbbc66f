import { vi } from 'vitest';
import { Strangers } from '../../src/access/stranger.js';

/** How often something is drawn for a stranger's challenge while each of these names is asked for, in turn. */
export async function drawnFor(
  authids: readonly string[],
  ask: (authid: string) => Promise<unknown>,
): Promise<number[]> {
  const drawn = vi.spyOn(Strangers.prototype, 'bytes');
  try {
    const counts: number[] = [];
    for (const authid of authids) {
      drawn.mockClear();
      await ask(authid);
      counts.push(drawn.mock.calls.length);
    }
    return counts;
  } finally {
    drawn.mockRestore();
  }
}
