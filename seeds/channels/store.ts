import { minutesAfter, moments } from '../calendar.js';
import { type Employee, NAMESPACES, STORES, type Store } from '../company.js';
import { contactsOf, idOf } from '../identity.js';
import { type DemoIdentifier, type Episode, identify, type Observation, track } from '../observation.js';
import { type Order, orderProperties, runningTotals } from '../orders.js';
import { opening } from '../shopping.js';

const LEVELS: readonly [string, ...string[]] = ['会员', '银卡', '金卡', '黑卡'];

/** Stores: visits, joining the club at the till, purchases by member card. */
export function* storeObservations(episode: Episode): Generator<Observation> {
  const { person, random, days, links, orders } = episode;
  const contacts = contactsOf(episode);
  const memberNo = links.has('MEMBER_NO') ? person.memberNo : `T${idOf(person, 'guest-card', 9).toUpperCase()}`;
  const card = { type: 'MEMBER_NO', namespace: NAMESPACES.club, value: memberNo };
  const identifiers = [card, ...contacts.identifiers];
  const store = STORES.find(({ name }) => name.startsWith(person.formerPlace.city)) ?? random.pick(STORES);
  const visits = moments(random, days, random.count(2.2 * person.activity), 'STORE');
  const first = opening(visits, orders);
  if (!first) return;
  yield joined(episode, first, store, identifiers);
  const earlier = person.isNew ? 0 : random.int(0, 12);
  for (const [index, at] of visits.entries()) {
    const visitCount = earlier + index + 1;
    yield track(minutesAfter(at, 1), 'Store Visited', [card], {
      traits: { visitCount },
      properties: { storeId: store.id, storeName: store.name },
    });
  }
  for (const order of orders) yield purchase(episode, order, store, [card]);
}

function joined(episode: Episode, at: Date, store: Store, identifiers: DemoIdentifier[]): Observation {
  const { person, random } = episode;
  const staff = staffed(store, random.pick(store.clerks));
  const traits = {
    ...(random.chance(0.85) ? { name: person.name } : {}),
    gender: person.gender,
    ...(random.chance(0.5) ? { birthday: person.birthday } : {}),
    city: person.formerPlace.city,
    ...staff,
    memberLevel: random.pickFront(LEVELS),
    ...contactsOf(episode).traits,
  };
  if (person.isNew) return track(at, 'Membership Joined', identifiers, { traits, properties: staff });
  return identify(at, identifiers, traits);
}

function purchase(
  { person, random, orders }: Episode,
  order: Order,
  store: Store,
  identifiers: DemoIdentifier[],
): Observation {
  const clerk = random.pick(store.clerks);
  const { orderTotal } = runningTotals(orders, order);
  return track(order.at, 'Order Completed', identifiers, {
    traits: { orderTotal, clerkId: clerk.id, clerkName: clerk.name },
    properties: { ...orderProperties(order, person.language), ...staffed(store, clerk) },
  });
}

function staffed(store: Store, clerk: Employee): Record<string, string> {
  return { storeId: store.id, storeName: store.name, clerkId: clerk.id, clerkName: clerk.name };
}
