import { minutesAfter } from './calendar.js';
import { type DemoIdentifier, type Episode, type Observation, track } from './observation.js';
import { favouriteProduct, type Order, orderProperties, productProperties } from './orders.js';

/** When a person's history in a selling channel begins: with the first visit, or shortly before the first order. */
export function opening(visits: readonly Date[], orders: readonly Order[]): Date | undefined {
  const [visit] = visits;
  const [order] = orders;
  const beforeOrder = order && minutesAfter(order.at, -20);
  return visit && beforeOrder && beforeOrder < visit ? beforeOrder : visit;
}

/** Someone looks at a few products and, at times, puts one into the cart. */
export function* browse(
  { random, person }: Episode,
  at: Date,
  identifiers: DemoIdentifier[],
  most = 2,
): Generator<Observation> {
  const views = random.int(1, most);
  for (let view = 0; view < views; view++) {
    const properties = productProperties(favouriteProduct(random, person), person.language);
    yield track(minutesAfter(at, 1 + view * 2 + random.next()), 'Product Viewed', identifiers, { properties });
    if (random.chance(0.18)) {
      const added = { ...properties, quantity: 1 };
      yield track(minutesAfter(at, 2 + view * 2 + random.next()), 'Product Added', identifiers, { properties: added });
    }
  }
}

/** Someone buys: the products seen and added in the minutes before, then the order. */
export function* buy(
  { random, person }: Episode,
  order: Order,
  identifiers: DemoIdentifier[],
  extra: Pick<Observation, 'traits' | 'context'> = {},
): Generator<Observation> {
  const start = minutesAfter(order.at, -8 - 6 * random.next());
  for (const [index, { product, quantity }] of order.lines.slice(0, 2).entries()) {
    const properties = productProperties(product, person.language);
    const seen = minutesAfter(start, index * 2);
    yield track(seen, 'Product Viewed', identifiers, { properties });
    if (random.chance(0.6)) {
      yield track(minutesAfter(seen, 1), 'Product Added', identifiers, { properties: { ...properties, quantity } });
    }
  }
  if (random.chance(0.4)) {
    yield track(minutesAfter(order.at, -2), 'Checkout Started', identifiers, {
      properties: { order_id: order.orderId, value: order.total, currency: 'CNY' },
    });
  }
  yield track(order.at, 'Order Completed', identifiers, {
    properties: orderProperties(order, person.language),
    ...extra,
  });
}
