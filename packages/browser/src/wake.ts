import type { Client } from '@wigwag/core';

/** Milliseconds out of sight after which a page has to find out whether its connection lives. */
const LONG_AWAY = 5_000;

/**
 * Timers of a page in the background or on a sleeping machine run late, and nobody tells a page that its connection is
 * gone. So its client is woken when the network is back, when the page comes out of the back-forward cache or was frozen,
 * and when it is looked at again after a while.
 */
export function wakeWithPage(client: Client): void {
  const wake = () => client.wake();
  let hiddenAt = 0;
  const onVisibility = () => {
    if (document.visibilityState === 'hidden') hiddenAt = Date.now();
    else if (client.state.type !== 'joined' || Date.now() - hiddenAt > LONG_AWAY) wake();
  };
  const onPageShow = ({ persisted }: PageTransitionEvent) => {
    if (persisted) wake();
  };
  addEventListener('online', wake);
  addEventListener('pageshow', onPageShow);
  document.addEventListener('resume', wake);
  document.addEventListener('visibilitychange', onVisibility);
  client.on('state', (state) => {
    if (state.type !== 'closed') return;
    removeEventListener('online', wake);
    removeEventListener('pageshow', onPageShow);
    document.removeEventListener('resume', wake);
    document.removeEventListener('visibilitychange', onVisibility);
  });
}
