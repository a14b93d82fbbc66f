import { element } from './element.js';

const list = element('list', HTMLOListElement);
const empty = element('empty', HTMLElement);
const template = element('item', HTMLTemplateElement);

element('command', HTMLElement).textContent =
  `${location.port === '8080' ? '' : `PORT=${location.port} `}npm run notify -- "Build 42 is done"`;

/** Puts a notification on top. What came over the wire is text to show, never markup. */
export function showNotification(text: unknown, time: unknown): void {
  const item = template.content.cloneNode(true);
  if (!(item instanceof DocumentFragment)) return;
  const at = new Date(typeof time === 'number' ? time : Date.now());
  const [shown, stamp] = [item.querySelector('.text'), item.querySelector('time')];
  if (shown) shown.textContent = String(text);
  if (stamp) {
    stamp.textContent = at.toLocaleTimeString();
    stamp.dateTime = at.toISOString();
  }
  list.prepend(item);
  empty.hidden = true;
}
