import { daysAfter, minutesAfter, moments } from '../calendar.js';
import { ADVISERS, NAMESPACES } from '../company.js';
import { contactsOf, idOf } from '../identity.js';
import { type DemoIdentifier, type Episode, identify, type Observation, track } from '../observation.js';
import { type Order, orderProperties, runningTotals } from '../orders.js';
import { opening } from '../shopping.js';

const CREDIT_LEVELS: readonly [string, ...string[]] = ['A', 'B', 'C'];

/** The ERP: the customer's master record, quotations, orders in bulk, invoices, shipments and payments. */
export function* erpObservations(episode: Episode): Generator<Observation> {
  const { person, random, days, orders } = episode;
  const contacts = contactsOf(episode);
  const customerCode = `K${idOf(person, 'erp', 7).toUpperCase()}`;
  const identifiers = [...contacts.identifiers, { type: 'CUSTOM', namespace: NAMESPACES.erp, value: customerCode }];
  const [earliest, ...rest] = moments(random, days, random.count(2.6 * person.activity, 2), 'OFFICE');
  const first = opening(earliest ? [earliest] : [], orders);
  if (!first) return;
  const traits = {
    name: random.chance(0.5) ? person.latinName : person.name,
    country: 'CN',
    city: person.place.city,
    address: person.address,
    customerCode,
    accountManager: random.pick(ADVISERS).id,
    creditLevel: random.pickFront(CREDIT_LEVELS),
    invoiceTitle: person.company ?? person.name,
    ...contacts.traits,
  };
  if (person.isNew) yield track(first, 'Customer Registered', identifiers, { traits, properties: { customerCode } });
  else yield identify(first, identifiers, traits);
  for (const at of rest) {
    const name = random.weighted([
      ['Quotation Sent', 3],
      ['Statement Sent', 1],
    ]);
    yield track(at, name, identifiers, { properties: { documentNo: `D-${random.token(7)}` } });
  }
  for (const order of orders) yield* fulfilment(episode, order, identifiers);
}

function* fulfilment(
  { person, random, orders }: Episode,
  order: Order,
  identifiers: DemoIdentifier[],
): Generator<Observation> {
  const { orderTotal } = runningTotals(orders, order);
  const document = { order_id: order.orderId, total: order.total, currency: 'CNY' };
  const invoiceNo = `INV-${random.token(8)}`;
  const shippedAt = daysAfter(order.at, random.int(1, 4));
  yield track(order.at, 'Order Completed', identifiers, {
    traits: { orderTotal },
    properties: orderProperties(order, person.language),
  });
  yield track(minutesAfter(order.at, 30), 'Invoice Issued', identifiers, { properties: { ...document, invoiceNo } });
  yield track(shippedAt, 'Shipment Sent', identifiers, {
    properties: { order_id: order.orderId, city: person.place.city },
  });
  yield track(daysAfter(shippedAt, random.int(7, 30)), 'Payment Received', identifiers, {
    properties: { ...document, invoiceNo },
  });
}
