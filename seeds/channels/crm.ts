import { daysAfter, minutesAfter, moments } from '../calendar.js';
import { ADVISERS, NAMESPACES } from '../company.js';
import { type Contacts, contactsOf, idOf } from '../identity.js';
import { type DemoIdentifier, type Episode, identify, type Observation, track } from '../observation.js';

const STAGES: readonly [string, ...string[]] = ['LEAD', 'CONTACTED', 'QUALIFIED', 'PROPOSAL', 'WON'];
const SOURCES: readonly [string, ...string[]] = ['website', 'exhibition', 'referral', 'hotline', 'partner'];
const SUBJECTS: readonly [string, ...string[]] = [
  '退换货咨询',
  '发票问题',
  '产品使用',
  '积分查询',
  'Delivery delay',
  '安装预约',
];

/** The CRM: leads and their stages, calls, service tickets. */
export function* crmObservations(episode: Episode): Generator<Observation> {
  const { person, random, days, links } = episode;
  const contacts = contactsOf(episode);
  const contact = { type: 'CUSTOM', namespace: NAMESPACES.crm, value: `C-${idOf(person, 'crm', 10)}` };
  const member = links.has('MEMBER_NO')
    ? [{ type: 'MEMBER_NO', namespace: NAMESPACES.club, value: person.memberNo }]
    : [];
  const identifiers = [...member, ...contacts.identifiers, contact];
  const [first, ...rest] = moments(random, days, random.count(2.6 * person.activity, 2), 'OFFICE');
  if (!first) return;
  const traits = contactTraits(episode, contacts);
  if (person.isNew)
    yield track(first, 'Lead Created', identifiers, { traits, properties: { source: traits.leadSource } });
  else yield identify(first, identifiers, traits);
  for (const [index, at] of rest.entries()) yield* contacted(episode, at, index, identifiers);
}

function contactTraits({ person, random }: Episode, contacts: Contacts): Record<string, unknown> {
  const reversed = person.latinName.split(' ').reverse().join(' ');
  return {
    name: random.weighted([
      [person.name, 7],
      [person.latinName, 2],
      [reversed.toUpperCase(), 1],
    ]),
    ...(random.chance(0.7) ? { gender: person.gender } : {}),
    ...(random.chance(0.4) ? { birthday: person.birthday } : {}),
    country: 'CN',
    province: person.formerPlace.province,
    city: person.formerPlace.city,
    owner: random.pick(ADVISERS).id,
    stage: 'LEAD',
    leadSource: random.pick(SOURCES),
    ...(person.company ? { company: person.company, jobTitle: person.jobTitle } : {}),
    ...contacts.traits,
  };
}

function* contacted(
  { random }: Episode,
  at: Date,
  index: number,
  identifiers: DemoIdentifier[],
): Generator<Observation> {
  const name = random.weighted([
    ['Ticket Opened', 4],
    ['Stage Changed', 3],
    ['Call Logged', 3],
  ]);
  if (name === 'Stage Changed') {
    const stage = STAGES[Math.min(index + 1, STAGES.length - 1)] ?? STAGES[0];
    yield track(at, name, identifiers, { traits: { stage }, properties: { stage } });
    return;
  }
  if (name === 'Call Logged') {
    yield track(at, name, identifiers, {
      properties: { direction: random.pick(['inbound', 'outbound']), minutes: random.int(1, 25) },
    });
    return;
  }
  const ticketId = `TK-${random.token(8)}`;
  const properties = { ticketId, subject: random.pick(SUBJECTS), priority: random.pick(['LOW', 'NORMAL', 'HIGH']) };
  yield track(at, name, identifiers, { properties });
  if (random.chance(0.8)) {
    const closedAt = minutesAfter(daysAfter(at, random.int(0, 3)), random.int(15, 50));
    yield track(closedAt, 'Ticket Closed', identifiers, { properties: { ticketId, satisfaction: random.int(2, 5) } });
  }
}
