import type { Client } from '@wigwag/browser';
import { uriComponent } from '@wigwag/browser';
import { element } from './element.js';

const answer = element('answer', HTMLOutputElement);
const spy = element('spy', HTMLButtonElement);

/** Lets the buttons of "What this page may not do" try it, and shows what the router says. */
export function offerAttempts(client: Client, email: string): void {
  const [other, name] = email.startsWith('ann') ? ['bob@example.com', 'Bob'] : ['ann@example.com', 'Ann'];
  spy.textContent = `Watch ${name}'s orders`;
  answer.hidden = true;
  const topic = (whose: string) => `user.${uriComponent(whose)}.order`;
  on('spy', () => client.subscribe(topic(other), () => {}));
  on('spy-all', () => client.subscribe('user.', () => {}, { match: 'prefix' }));
  on('forge', () => {
    const order = { id: 1, item: 'Free lunch', step: 3 };
    return client.publish(topic(email), [order], { acknowledge: true, exclude_me: false });
  });
}

function on(id: string, attempt: () => Promise<unknown>): void {
  element(id, HTMLButtonElement).onclick = async () => {
    answer.textContent = await attempt().then(
      () => 'The router allowed it.',
      (error) => error.message,
    );
    answer.hidden = false;
  };
}
