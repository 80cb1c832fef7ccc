import { type ActiveDays, moment, type Rhythm } from './calendar.js';
import { CATALOGUE, CATEGORIES, type Product } from './catalogue.js';
import type { DemoChannel } from './membership.js';
import type { Person } from './people.js';
import { Random } from './random.js';

interface OrderLine {
  product: Product;
  quantity: number;
}

/** A purchase; the total is in CNY. */
export interface Order {
  orderId: string;
  channel: DemoChannel;
  at: Date;
  lines: OrderLine[];
  total: number;
}

/** The channels that sell, and their share of the orders. */
const SELLERS: Partial<Record<DemoChannel, { share: number; rhythm: Rhythm }>> = {
  ECOMMERCE: { share: 5, rhythm: 'LEISURE' },
  STORE: { share: 4, rhythm: 'STORE' },
  MINI_PROGRAM: { share: 3, rhythm: 'LEISURE' },
  APP: { share: 3, rhythm: 'LEISURE' },
  WEB: { share: 2, rhythm: 'LEISURE' },
  ERP: { share: 4, rhythm: 'OFFICE' },
};

/** All purchases of a person, earliest first: most buy nothing or once, a few very often. */
export function ordersOf(person: Person, days: ActiveDays): Order[] {
  const sellers = person.channels.flatMap((channel) => sellerOf(channel));
  const [first, ...rest] = sellers;
  const random = new Random(`${person.key}:orders`);
  if (!first || !person.mayBuy) return [];
  const count = Math.floor((0.015 + 0.985 * random.next()) ** -0.75);
  const orders = Array.from({ length: count }, (_, index) => {
    const [channel, rhythm] = random.weighted([first, ...rest]);
    const own = new Random(`${person.key}:order:${index}`);
    return orderOf(own, person, channel, moment(own, days, rhythm));
  });
  orders.sort((left, right) => left.at.getTime() - right.at.getTime());
  return orders.map((order, index) => ({
    ...order,
    orderId: `SO-${person.key}-${String(index + 1).padStart(3, '0')}`,
  }));
}

/** What a person is likely to look at: two categories they like, sometimes another. */
export function favouriteProduct(random: Random, person: Person): Product {
  const taste = new Random(`${person.key}:taste`);
  const favourites = [taste.pick(CATEGORIES), taste.pick(CATEGORIES)] as const;
  return random.pickFront(CATALOGUE[random.chance(0.75) ? random.pick(favourites) : random.pick(CATEGORIES)]);
}

/** Segment's properties of a product. */
export function productProperties(product: Product, language: string): Record<string, unknown> {
  const { productId, sku, name, englishName, category, price } = product;
  return { product_id: productId, sku, name: language === 'zh-CN' ? name : englishName, category, price };
}

/** Segment's properties of an order. */
export function orderProperties(order: Order, language: string): Record<string, unknown> {
  const products = order.lines.map(({ product, quantity }) => ({ ...productProperties(product, language), quantity }));
  return { order_id: order.orderId, total: order.total, currency: 'CNY', products };
}

/** A channel's running count and sum up to and including this order. */
export function runningTotals(
  orders: readonly Order[],
  order: Order,
): { orderCount: number; orderTotal: { amount: string; currency: string } } {
  const until = orders.slice(0, orders.indexOf(order) + 1);
  const cents = until.reduce((sum, { total }) => sum + Math.round(total * 100), 0);
  return { orderCount: until.length, orderTotal: { amount: (cents / 100).toFixed(2), currency: 'CNY' } };
}

function sellerOf(channel: DemoChannel): (readonly [readonly [DemoChannel, Rhythm], number])[] {
  const seller = SELLERS[channel];
  return seller ? [[[channel, seller.rhythm], seller.share]] : [];
}

function orderOf(random: Random, person: Person, channel: DemoChannel, at: Date): Order {
  const bulk = channel === 'ERP' ? 10 : 1;
  const wanted = Array.from(
    {
      length: random.weighted([
        [1, 6],
        [2, 3],
        [3, 2],
        [4, 1],
      ]),
    },
    () => favouriteProduct(random, person),
  );
  const lines = [...new Set(wanted)].map((product) => ({
    product,
    quantity:
      bulk *
      random.weighted([
        [1, 8],
        [2, 2],
        [3, 1],
      ]),
  }));
  const cents = lines.reduce((sum, { product, quantity }) => sum + Math.round(product.price * 100) * quantity, 0);
  return { orderId: '', channel, at, lines, total: cents / 100 };
}
