import { daysAfter, minutesAfter, moments } from '../calendar.js';
import { CAMPAIGNS, NAMESPACES, STORES } from '../company.js';
import { contactsOf, idOf } from '../identity.js';
import { type DemoIdentifier, type Episode, identify, type Observation, track } from '../observation.js';
import type { Random } from '../random.js';

const FOLLOW_SCENES: readonly [string, ...string[]] = [
  'ADD_SCENE_QR_CODE',
  'ADD_SCENE_SEARCH',
  'ADD_SCENE_PROFILE_CARD',
  'ADD_SCENE_PAID',
  'ADD_SCENE_WECHAT_ADVERTISEMENT',
];
const MENUS: readonly [string, ...string[]] = ['会员中心', '新品上架', '门店导航', '联系顾问', '积分商城'];
const ARTICLES: readonly [string, ...string[]] = [
  '一杯好茶的水温',
  '春日家居换新指南',
  '周末露营清单',
  '会员日攻略',
  '小户型收纳十法',
];

/** The official account: following, menus, QR codes, articles, and leaving again. */
export function* wechatOfficialAccountObservations(episode: Episode): Generator<Observation> {
  const { person, random, days } = episode;
  const contacts = contactsOf(episode);
  const openId = {
    type: 'OPEN_ID',
    namespace: NAMESPACES.officialAccount,
    value: `oA${idOf(person, 'open:official', 26)}`,
  };
  const identifiers = [openId, ...contacts.identifiers];
  const [first, ...rest] = moments(random, days, random.count(3.8 * person.activity, 2), 'LEISURE');
  if (!first) return;
  yield following(episode, first, identifiers);
  const known = random.chance(0.5) ? identifiers : [openId];
  for (const at of rest) yield interaction(random, at, known);
  const last = rest.at(-1);
  if (last && random.chance(0.14)) yield unfollowed(minutesAfter(last, random.int(3, 50)), [openId]);
}

function following(episode: Episode, at: Date, identifiers: DemoIdentifier[]): Observation {
  const { person, random } = episode;
  const scene = random.pick(FOLLOW_SCENES);
  const qrScene = scene === 'ADD_SCENE_QR_CODE' ? { qrScene: random.pick(STORES).id } : {};
  const followedAt = person.isNew ? at : daysAfter(at, -random.int(30, 700));
  const traits = {
    nickname: person.nickname,
    language: person.language,
    following: true,
    followScene: scene,
    ...qrScene,
    followedAt: followedAt.toISOString(),
    ...contactsOf(episode).traits,
  };
  if (person.isNew) return track(at, 'Followed', identifiers, { traits, properties: { scene, ...qrScene } });
  return identify(at, identifiers, traits);
}

function interaction(random: Random, at: Date, identifiers: DemoIdentifier[]): Observation {
  const name = random.weighted([
    ['Menu Clicked', 5],
    ['Article Read', 4],
    ['QR Scanned', 2],
    ['Message Sent', 2],
    ['Template Message Clicked', 2],
  ]);
  if (name === 'Menu Clicked') return track(at, name, identifiers, { properties: { menu: random.pick(MENUS) } });
  if (name === 'Article Read') return track(at, name, identifiers, { properties: { title: random.pick(ARTICLES) } });
  if (name === 'Message Sent')
    return track(at, name, identifiers, { properties: { kind: random.pick(['text', 'image', 'voice']) } });
  if (name === 'QR Scanned') {
    const store = random.pick(STORES);
    return track(at, name, identifiers, { properties: { scene: store.id, place: store.name } });
  }
  return track(at, name, identifiers, {
    properties: { template: 'member-notice' },
    context: { campaign: random.pick(CAMPAIGNS) },
  });
}

function unfollowed(at: Date, identifiers: DemoIdentifier[]): Observation {
  const traits = { following: false, unfollowedAt: at.toISOString() };
  return track(at, 'Unfollowed', identifiers, { traits });
}
