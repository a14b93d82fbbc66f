import { element } from './element.js';

const list = element('list', HTMLOListElement);
const empty = element('empty', HTMLElement);
const template = element('order-item', HTMLTemplateElement);

/** Shows an order, or how far it has come by now. What came over the wire is text to show, never markup. */
export function showOrder(order: unknown): void {
  if (!isOrder(order)) return;
  const item = list.querySelector(`[data-id="${order.id}"]`) ?? add(order.id);
  const [name, number] = [item.querySelector('.name'), item.querySelector('.number')];
  if (name) name.textContent = order.item;
  if (number) number.textContent = `No. ${order.id}`;
  for (const [at, step] of [...item.querySelectorAll('.steps li')].entries()) {
    step.className = at <= order.step ? 'done' : '';
    if (at === order.step) step.setAttribute('aria-current', 'step');
    else step.removeAttribute('aria-current');
  }
}

export function clearOrders(): void {
  list.replaceChildren();
  empty.hidden = false;
}

function add(id: number): Element {
  const item = template.content.querySelector('li')?.cloneNode(true);
  if (!(item instanceof HTMLElement)) throw new Error('the page has no template for orders');
  item.dataset.id = String(id);
  list.prepend(item);
  empty.hidden = true;
  return item;
}

interface Order {
  readonly id: number;
  readonly item: string;
  readonly step: number;
}

function isOrder(value: unknown): value is Order {
  if (typeof value !== 'object' || value === null) return false;
  const { id, item, step } = value as Partial<Record<keyof Order, unknown>>;
  return Number.isSafeInteger(id) && typeof item === 'string' && typeof step === 'number';
}
