import type { Client } from '@wigwag/browser';
import { createClient, ticket, uriComponent, waiting } from '@wigwag/browser';
import { offerAttempts } from './attempts.js';
import { element } from './element.js';
import { clearOrders, showOrder } from './orders.js';
import { fetchToken, logIn, logOut, whoAmI } from './site.js';
import { showState } from './state.js';

const login = element('login', HTMLFormElement);
const shop = element('shop', HTMLElement);
const who = element('who', HTMLElement);
const loginError = element('login-error', HTMLElement);
const orderError = element('order-error', HTMLElement);

/** Connects as whoever is logged in, and shows their orders. */
async function open(email: string): Promise<Client> {
  const auth = [ticket({ ticket: fetchToken })];
  const client = createClient('/ws', { realm: 'shop', auth, retry: 'always', waiting: waiting(), offline: 'wait' });
  client.on('state', showState);
  client.connect().catch((error) => console.error('will not connect:', error));
  await client.subscribe(`user.${uriComponent(email)}.order`, ({ args }) => showOrder(args[0]));
  for (const order of listOf(await client.call('shop.orders'))) showOrder(order);
  return client;
}

async function enter(email: string): Promise<void> {
  element('email', HTMLElement).textContent = email;
  login.hidden = true;
  who.hidden = false;
  shop.hidden = false;
  clearOrders();
  const client = await open(email);
  offerAttempts(client, email);

  const form = element('order', HTMLFormElement);
  form.onsubmit = async (event) => {
    event.preventDefault();
    const item = element('item', HTMLInputElement);
    await told(orderError, async () => {
      await client.call('shop.order', [item.value]);
      form.reset();
    });
  };
  element('log-out', HTMLButtonElement).onclick = async () => {
    await client.close();
    await logOut();
    leave();
  };
}

function leave(): void {
  login.hidden = false;
  who.hidden = true;
  shop.hidden = true;
  login.reset();
}

/** Does something, and shows why when it fails. */
async function told(where: HTMLElement, work: () => Promise<void>): Promise<void> {
  where.hidden = true;
  try {
    await work();
  } catch (error) {
    where.textContent = error instanceof Error ? error.message : String(error);
    where.hidden = false;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

login.onsubmit = async (event) => {
  event.preventDefault();
  await told(loginError, async () => enter(await logIn(login)));
};
for (const person of login.querySelectorAll<HTMLButtonElement>('.person')) {
  person.onclick = () => {
    element('login-email', HTMLInputElement).value = person.dataset.email ?? '';
    element('login-password', HTMLInputElement).value = person.dataset.password ?? '';
    login.requestSubmit();
  };
}

const already = await whoAmI();
if (already === undefined) leave();
else await enter(already);
