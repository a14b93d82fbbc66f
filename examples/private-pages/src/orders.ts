import type { Session } from '@wigwag/core';
import { uriComponent, WampError } from '@wigwag/core';

/** An order, as its customer's pages see it. */
export interface Order {
  readonly id: number;
  readonly item: string;
  /** How far it has come: an index of `steps`. */
  readonly step: number;
}

const steps = ['received', 'packed', 'on its way', 'delivered'];
/** Orders that are remembered of each customer. */
const KEPT = 5;

/**
 * The shop's side: takes orders by `shop.order`, and tells their customer's pages, and nobody else's, how they come along.
 * @param pace milliseconds from one step of an order to the next
 */
export async function sell(shop: Session, pace: number): Promise<void> {
  const orders = new Map<string, Order[]>();
  let lastId = 100;

  const tell = (customer: string, order: Order) => {
    const others = (orders.get(customer) ?? []).filter(({ id }) => id !== order.id);
    orders.set(customer, [...others, order].sort((one, other) => one.id - other.id).slice(-KEPT));
    // Fails when the router is closed, and then nobody waits for it.
    shop.publish(`user.${uriComponent(customer)}.order`, [order]).catch(() => {});
    if (order.step === steps.length - 1) return;
    setTimeout(() => tell(customer, { ...order, step: order.step + 1 }), pace).unref();
  };

  await shop.register('shop.order', ([item], { details }) => {
    if (typeof item !== 'string' || item.trim() === '' || item.length > 80) {
      throw new WampError('shop.error.no_such_item', ['order something that has a name, of at most 80 characters']);
    }
    const order = { id: ++lastId, item: item.trim(), step: 0 };
    tell(customerOf(details), order);
    return order;
  });
  await shop.register('shop.orders', (_, { details }) => orders.get(customerOf(details)) ?? []);
}

/** Whose page calls. The router says so, not the page: its rule for these calls discloses the caller. */
function customerOf({ caller_authid }: { readonly caller_authid?: string }): string {
  if (caller_authid === undefined) throw new Error('the router does not say who calls: see rules.ts');
  return caller_authid;
}
