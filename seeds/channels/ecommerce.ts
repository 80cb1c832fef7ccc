import { daysAfter, minutesAfter, moments } from '../calendar.js';
import { NAMESPACES } from '../company.js';
import { contactsOf, idOf } from '../identity.js';
import { type DemoIdentifier, type Episode, identify, type Observation, track } from '../observation.js';
import { type Order, runningTotals } from '../orders.js';
import { browse, buy, opening } from '../shopping.js';

const MARKETPLACES: readonly [string, ...string[]] = ['tmall', 'jd', 'youzan'];
const LEVELS: readonly [string, ...string[]] = ['普通会员', '银卡会员', '金卡会员'];

/** The online shop: the company's own, where the web account works, or one on a marketplace with ids of its own. */
export function* ecommerceObservations(episode: Episode): Generator<Observation> {
  const { person, random, days, links, orders } = episode;
  const ownShop = links.has('USER_ID');
  const platform = ownShop ? 'own' : random.pick(MARKETPLACES);
  const buyer = ownShop
    ? { type: 'USER_ID', namespace: NAMESPACES.account, value: person.userId }
    : { type: 'USER_ID', namespace: `shop-${platform}`, value: `b${idOf(person, 'marketplace', 22)}` };
  const contacts = contactsOf(episode);
  const identifiers = [buyer, ...contacts.identifiers];
  const visits = moments(random, days, random.count(0.9 * person.activity), 'LEISURE');
  const first = opening(visits, orders);
  if (!first) return;
  yield identify(first, identifiers, {
    platform,
    shopName: ownShop ? '示例生活官方商城' : '示例生活旗舰店',
    memberLevel: random.pickFront(LEVELS),
    ...contacts.traits,
  });
  for (const at of visits) yield* browse(episode, at, [buyer]);
  for (const order of orders) yield* purchase(episode, order, identifiers);
}

function* purchase(episode: Episode, order: Order, identifiers: DemoIdentifier[]): Generator<Observation> {
  const { person, random, orders } = episode;
  const traits = {
    ...runningTotals(orders, order),
    lastOrderAt: order.at.toISOString(),
    receiverName: person.name,
    receiverAddress: person.address,
    name: person.name,
    province: person.place.province,
    city: person.place.city,
    address: person.address,
  };
  if (random.chance(0.2)) {
    yield track(minutesAfter(order.at, -3), 'Coupon Applied', identifiers, {
      properties: { order_id: order.orderId, coupon_id: `CP-${random.int(1, 20)}` },
    });
  }
  yield* buy(episode, order, identifiers, { traits });
  if (random.chance(0.06)) {
    yield track(daysAfter(order.at, random.int(2, 7)), 'Order Refunded', identifiers, {
      properties: { order_id: order.orderId, total: order.total, currency: 'CNY' },
    });
  } else if (random.chance(0.3)) {
    yield track(daysAfter(order.at, random.int(4, 12)), 'Product Reviewed', identifiers, {
      properties: {
        product_id: order.lines[0]?.product.productId,
        rating: random.weighted([
          [5, 6],
          [4, 3],
          [3, 1],
          [1, 1],
        ]),
      },
    });
  }
}
