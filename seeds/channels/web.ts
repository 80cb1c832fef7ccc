import { minutesAfter, moments } from '../calendar.js';
import { CAMPAIGNS, NAMESPACES } from '../company.js';
import { consentDecision } from '../consent.js';
import { browserId, contactsOf } from '../identity.js';
import { type DemoIdentifier, type Episode, identify, type Observation, track } from '../observation.js';
import { browse, buy, opening } from '../shopping.js';

const BROWSERS: readonly [string, ...string[]] = ['Chrome', 'Edge', 'Safari', 'Firefox'];
const REFERRERS: readonly [string, ...string[]] = [
  'https://www.baidu.com/',
  'https://cn.bing.com/',
  'https://weibo.com/',
  'https://www.zhihu.com/',
  'https://partner.example.org/',
];
const PAGES: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['Home', '/'],
  ['Tea', '/category/tea'],
  ['Smart Home', '/category/smart-home'],
  ['Member Day', '/member-day'],
  ['Stores', '/stores'],
  ['Brand Story', '/about'],
];

/** The web site: anonymous visits first; many visitors sign up or in later, some never do. */
export function* webObservations(episode: Episode): Generator<Observation> {
  const { random, days, links, orders } = episode;
  const browser = { type: 'ANONYMOUS_ID', value: browserId(episode) };
  const visits = moments(random, days, random.count(1.45 * episode.person.activity), 'LEISURE');
  const first = opening(visits, orders);
  if (!first) return;
  yield landing(episode, first, browser);
  yield* consentDecision(episode, minutesAfter(first, 0.5), [browser]);
  const signsIn = links.has('USER_ID');
  const signedInAt = signsIn ? minutesAfter(visits[random.int(0, visits.length - 1)] ?? first, 3) : undefined;
  const user = [{ type: 'USER_ID', namespace: NAMESPACES.account, value: episode.person.userId }, browser];
  const identifiersAt = (at: Date): DemoIdentifier[] => (signedInAt && at >= signedInAt ? user : [browser]);
  if (signedInAt) yield* signIn(episode, signedInAt, user);
  for (const at of visits) yield* visit(episode, at, identifiersAt(at));
  for (const order of orders) yield* buy(episode, order, identifiersAt(order.at));
}

function landing({ random }: Episode, at: Date, browser: DemoIdentifier): Observation {
  const name = random.pick(BROWSERS);
  const version = random.int(118, 131);
  const referrer = random.pick(REFERRERS);
  return identify(at, [browser], {
    browser: name,
    userAgent: `Mozilla/5.0 (demo) ${name}/${version}.0`,
    landingPage: 'https://www.example.com/',
    referrer,
  });
}

function* signIn(episode: Episode, at: Date, user: DemoIdentifier[]): Generator<Observation> {
  const { person, random } = episode;
  const contacts = contactsOf(episode);
  const name = random.chance(0.3) ? person.latinName : person.name;
  yield track(at, person.isNew ? 'Signed Up' : 'Signed In', user, {
    properties: { method: random.pick(['phone', 'email', 'wechat']) },
  });
  yield identify(minutesAfter(at, 0.1), [...user, ...contacts.identifiers], {
    name,
    language: person.language,
    ...(contacts.traits.email ? { newsletter: random.chance(0.45) } : {}),
    ...contacts.traits,
    ...(random.chance(0.3) ? { birthday: person.birthday, gender: person.gender } : {}),
  });
  if (random.chance(0.04)) yield identify(minutesAfter(at, 1), user, { birthday: null });
}

function* visit(episode: Episode, at: Date, identifiers: DemoIdentifier[]): Generator<Observation> {
  const { random } = episode;
  const referrer = random.chance(0.5) ? random.pick(REFERRERS) : undefined;
  const campaign = random.chance(0.25) ? random.pick(CAMPAIGNS) : undefined;
  const pages = random.int(1, 2);
  for (let index = 0; index < pages; index++) {
    const [name, path] = random.pick(PAGES);
    const page = {
      url: `https://www.example.com${path}`,
      path,
      title: name,
      ...(referrer && index === 0 ? { referrer } : {}),
    };
    yield {
      type: 'PAGE',
      name,
      identifiers,
      properties: page,
      context: { page, ...(campaign ? { campaign } : {}) },
      occurredAt: minutesAfter(at, 0.2 + index),
    };
  }
  if (random.chance(0.5)) yield* browse(episode, minutesAfter(at, 2), identifiers, 2);
}
