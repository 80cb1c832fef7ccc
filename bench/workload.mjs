/** Events as a shop sends them: orders of people known by a user id and a phone. */
const CITIES = ['杭州', '上海', '成都', 'Shenzhen'];
const FAMILY_NAMES = ['李', '王', '陈', 'Zhou '];
const PRODUCTS = [
  { sku: 'TEA-OOLONG-250', name: '乌龙茶 250 g', category: 'tea', price: 68 },
  { sku: 'TEA-PUER-357', name: '普洱茶饼 357 g', category: 'tea', price: 198 },
  { sku: 'POT-CLAY-200', name: 'Clay teapot 200 ml', category: 'ware', price: 320 },
  { sku: 'CUP-WHITE-6', name: 'White cups, set of 6', category: 'ware', price: 129 },
];
const FIRST_PHONE = 13_900_000_000;
const FIRST_INSTANT = Date.now() - 90 * 86_400_000;
const MILLISECONDS_APART = 1_000;

let made = 0;

/** `count` orders, dealt out in turn to people numbered from `firstPerson` on; the newest are made last. */
export function orders(count, firstPerson, people) {
  return Array.from({ length: count }, (_, index) => order(firstPerson + (index % people)));
}

/** As `orders`, one for each person, each with the traits that a shop tells of a customer it meets. */
export function firstOrders(firstPerson, people) {
  return Array.from({ length: people }, (_, index) => {
    const person = firstPerson + index;
    return { ...order(person), traits: traitsOf(person) };
  });
}

function order(person) {
  made += 1;
  const products = [PRODUCTS[made % 4], PRODUCTS[(made >> 2) % 4]].map((product, at) => ({
    ...product,
    quantity: at + 1,
  }));
  const total = products.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  return {
    messageId: `bench-${process.pid}-${made}`,
    type: 'TRACK',
    name: 'Order Completed',
    channel: 'ECOMMERCE',
    identifiers: [
      { type: 'USER_ID', namespace: 'shop', value: `customer-${person}` },
      { type: 'PHONE', value: `+86${FIRST_PHONE + person}` },
    ],
    properties: { order_id: `order-${made}`, currency: 'CNY', total, shipping: 8, coupon: 'SPRING', products },
    context: { page: { path: '/checkout/complete' }, campaign: { source: 'newsletter', medium: 'email' } },
    occurredAt: new Date(FIRST_INSTANT + made * MILLISECONDS_APART),
  };
}

function traitsOf(person) {
  return {
    name: `${FAMILY_NAMES[person % 4]}${(person * 7_919).toString(36)}`,
    gender: person % 2 ? 'FEMALE' : 'MALE',
    birthday: `${1960 + (person % 45)}-0${1 + (person % 9)}-1${person % 10}`,
    city: CITIES[person % 4],
    email: `customer${person}@example.com`,
  };
}
