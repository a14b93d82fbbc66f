import type { ClientState } from '@wigwag/browser';
import { element } from './element.js';

const state = element('state', HTMLElement);
const text = element('state-text', HTMLElement);

const texts: Readonly<Record<ClientState['type'], string>> = {
  idle: 'Not connected',
  connecting: 'Connecting',
  joined: 'Connected',
  waiting: 'Disconnected, trying again',
  closing: 'Closing',
  closed: 'Closed',
};

/** Shows what the client is doing. */
export function showState(now: ClientState): void {
  state.dataset.state = now.type;
  state.title = 'error' in now && now.error ? now.error.message : '';
  text.textContent = texts[now.type];
}
