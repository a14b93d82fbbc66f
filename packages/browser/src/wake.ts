import type { BaseClient, Roles } from '@wigwag/core';

/** Milliseconds out of sight after which a page has to find out whether its connection lives. */
const LONG_AWAY = 5_000;

/**
 * Timers of a page in the background or on a sleeping machine run late, and nobody tells a page that its connection is
 * gone. So its client is woken when the network is back, when the page comes out of the back-forward cache or was frozen,
 * and when it is looked at again after a while.
 * @returns the client
 */
export function wakeWithPage<C extends BaseClient<Roles>>(client: C): C {
  const wake = () => client.wake();
  const closed = new AbortController();
  // A worker has no document; what runs no page at all may have no events either.
  const { document }: { document?: Document } = globalThis;
  const on = (target: Partial<EventTarget> | undefined, name: string, listener: (event: Event) => void) =>
    target?.addEventListener?.(name, listener, { signal: closed.signal });
  let hiddenAt = 0;
  on(globalThis, 'online', wake);
  on(globalThis, 'pageshow', (event) => 'persisted' in event && event.persisted && wake());
  on(document, 'resume', wake);
  on(document, 'visibilitychange', () => {
    if (document?.visibilityState === 'hidden') hiddenAt = Date.now();
    else if (client.state.type !== 'joined' || Date.now() - hiddenAt > LONG_AWAY) wake();
  });
  client.on('state', ({ type }) => {
    if (type === 'closed') closed.abort();
  });
  return client;
}
