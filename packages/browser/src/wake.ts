import type { Client } from '@wigwag/core';

/**
 * Timers of a page in the background or on a sleeping machine run late, so a client that waits for its next attempt is
 * woken when the network is back, the page is looked at, or it comes out of the back-forward cache.
 */
export function wakeWithPage(client: Client): void {
  const wake = () => client.retryNow();
  const wakeWhenVisible = () => {
    if (document.visibilityState === 'visible') wake();
  };
  addEventListener('online', wake);
  addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', wakeWhenVisible);
  client.on('state', (state) => {
    if (state.type !== 'closed') return;
    removeEventListener('online', wake);
    removeEventListener('pageshow', wake);
    document.removeEventListener('visibilitychange', wakeWhenVisible);
  });
}
