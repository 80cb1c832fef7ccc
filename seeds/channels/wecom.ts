import { daysAfter, minutesAfter, moments } from '../calendar.js';
import { ADVISERS, type Employee, NAMESPACES } from '../company.js';
import { type Contacts, contactsOf, idOf } from '../identity.js';
import { type Episode, identify, type Observation, track } from '../observation.js';

const ADD_WAYS: readonly [string, ...string[]] = [
  'SCAN_QR_CODE',
  'SEARCH_PHONE',
  'CARD_SHARED',
  'GROUP_CHAT',
  'WECHAT_CONTACT',
];
const GROUPS: readonly [string, ...string[]] = ['茶友交流群', '会员福利群', '智能家居体验群', '周末露营群'];

/** WeCom: an adviser adds the customer as a friend, and they talk. */
export function* wecomObservations(episode: Episode): Generator<Observation> {
  const { person, random, days } = episode;
  const contacts = contactsOf(episode);
  const externalUser = {
    type: 'EXTERNAL_USER_ID',
    namespace: NAMESPACES.corp,
    value: `wm${idOf(person, 'external-user', 30)}`,
  };
  const identifiers = [externalUser, ...contacts.identifiers];
  const adviser = random.pick(ADVISERS);
  const [first, ...rest] = moments(random, days, random.count(3.2 * person.activity, 2), 'OFFICE');
  if (!first) return;
  const addWay = random.pick(ADD_WAYS);
  const addedAt = person.isNew ? first : daysAfter(first, -random.int(10, 500));
  const traits = { ...friendTraits(episode, contacts, adviser), addWay, addedAt: addedAt.toISOString() };
  if (person.isNew) {
    const properties = { employeeId: adviser.id, employeeName: adviser.name, addWay };
    yield track(first, 'Friend Added', identifiers, { traits, properties });
    yield track(minutesAfter(first, 1), 'Message Received', [externalUser], {
      properties: { employeeId: adviser.id, kind: 'welcome' },
    });
  } else {
    yield identify(first, identifiers, traits);
  }
  for (const at of rest) {
    const name = random.weighted([
      ['Message Received', 4],
      ['Message Sent', 5],
      ['Group Joined', 1],
      ['Moment Liked', 1],
    ]);
    const properties = name === 'Group Joined' ? { group: random.pick(GROUPS) } : { employeeId: adviser.id };
    yield track(at, name, [externalUser], { properties });
  }
  const last = rest.at(-1);
  if (last && random.chance(0.06)) {
    yield track(minutesAfter(last, 45), 'Friend Removed', [externalUser], { properties: { employeeId: adviser.id } });
  }
}

function friendTraits(episode: Episode, contacts: Contacts, adviser: Employee): Record<string, unknown> {
  const { person, random } = episode;
  const surname = person.language === 'zh-CN' ? person.name.slice(0, 1) : person.name;
  const politely = person.gender === 'FEMALE' ? '女士' : '先生';
  return {
    ...(random.chance(0.5) ? { name: person.name } : {}),
    gender: person.gender,
    remark: `${surname}${politely}-${person.place.city}`,
    addedByEmployee: adviser.id,
    addedByEmployeeName: adviser.name,
    ...(person.company ? { corpName: person.company, position: person.jobTitle } : {}),
    ...contacts.traits,
  };
}
