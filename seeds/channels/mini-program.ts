import { minutesAfter, moments } from '../calendar.js';
import { CAMPAIGNS, NAMESPACES } from '../company.js';
import { contactsOf, idOf } from '../identity.js';
import { type DemoIdentifier, type Episode, identify, type Observation } from '../observation.js';
import { browse, buy, opening } from '../shopping.js';

/** WeChat's scene values of how a mini-program was opened. */
const SCENES: readonly [number, ...number[]] = [1001, 1007, 1011, 1037, 1047, 1089];
const VERSIONS: readonly [string, ...string[]] = ['3.2.0', '3.2.1', '3.3.0'];
const SCREENS: readonly [string, ...string[]] = ['首页', '分类', '会员码', '我的', '门店'];

/** The mini-program: opening it from somewhere in WeChat, looking around, buying. */
export function* miniProgramObservations(episode: Episode): Generator<Observation> {
  const { person, random, days, links, orders } = episode;
  const contacts = contactsOf(episode);
  const openId = { type: 'OPEN_ID', namespace: NAMESPACES.miniProgram, value: `oM${idOf(person, 'open:mini', 26)}` };
  const identifiers = [openId, ...contacts.identifiers];
  const sessions = moments(random, days, random.count(1.3 * person.activity), 'LEISURE');
  const first = opening(sessions, orders);
  if (!first) return;
  const appVersion = random.pick(VERSIONS);
  yield identify(first, identifiers, {
    nickname: person.nickname,
    ...(random.chance(0.6) ? { gender: person.gender } : {}),
    ...(random.chance(0.5) ? { avatarUrl: `https://img.example.com/avatars/${person.key}.png` } : {}),
    ...(random.chance(0.4) ? { province: person.place.province, city: person.place.city } : {}),
    appVersion,
    scene: random.pick(SCENES),
    phoneAuthorised: links.has('PHONE'),
    ...contacts.traits,
  });
  for (const at of sessions) yield* session(episode, at, identifiers);
  for (const order of orders) yield* buy(episode, order, identifiers);
}

function* session(episode: Episode, at: Date, identifiers: DemoIdentifier[]): Generator<Observation> {
  const { random } = episode;
  const scene = random.pick(SCENES);
  const context = random.chance(0.2) ? { campaign: random.pick(CAMPAIGNS) } : undefined;
  yield {
    type: 'SCREEN',
    name: random.pick(SCREENS),
    identifiers,
    properties: { scene },
    ...(context ? { context } : {}),
    occurredAt: minutesAfter(at, 0.2),
  };
  yield* browse(episode, at, identifiers);
}
