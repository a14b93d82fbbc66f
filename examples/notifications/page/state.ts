import type { ClientState } from '@wigwag/browser';
import { element } from './element.js';

const state = element('state', HTMLElement);
const text = element('state-text', HTMLElement);
let countdown: ReturnType<typeof setInterval> | undefined;

/** Shows what the client is doing. */
export function showState(now: ClientState): void {
  clearInterval(countdown);
  state.dataset.state = now.type;
  state.title = now.type === 'waiting' ? now.error.message : '';
  if (now.type !== 'waiting') {
    text.textContent = describe(now);
    return;
  }
  const until = Date.now() + now.delay;
  const count = () => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    text.textContent = seconds > 1 ? `Disconnected, trying again in ${seconds} s` : 'Disconnected, trying again';
  };
  count();
  countdown = setInterval(count, 500);
}

function describe(now: Exclude<ClientState, { readonly type: 'waiting' }>): string {
  switch (now.type) {
    case 'idle':
      return 'Not connected';
    case 'connecting':
      return 'Connecting';
    case 'joined':
      return 'Connected';
    case 'closing':
      return 'Closing';
    case 'closed':
      return now.error ? `Closed: ${now.error.message}` : 'Closed';
  }
}
