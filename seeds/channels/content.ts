import { minutesAfter, moments } from '../calendar.js';
import { contactsOf, idOf } from '../identity.js';
import { type DemoIdentifier, type Episode, identify, type Observation, track } from '../observation.js';

const PLATFORMS: readonly [string, ...string[]] = ['wechat-channels', 'zhihu', 'blog', 'podcast'];
const AUTHORS: readonly [string, ...string[]] = ['生活研究室', '茶事手记', '小屋改造记', 'Slow Home Notes'];
const TOPICS: readonly [string, ...string[]] = ['tea', 'home', 'outdoor', 'smart-home', 'fragrance', 'stationery'];
const TITLES: readonly [string, ...string[]] = [
  '三分钟看懂乌龙茶',
  '客厅灯光怎么选',
  '新手露营避坑',
  '香味与睡眠',
  'A Desk That Calms',
  '钢笔入门',
];

/** Articles and videos; a subscription ties the reader to an address or account. */
export function* contentObservations(episode: Episode): Generator<Observation> {
  const { person, random, days } = episode;
  const contacts = contactsOf(episode);
  const reader = { type: 'ANONYMOUS_ID', value: `reader-${idOf(person, 'reader', 18)}` };
  const platform = random.pick(PLATFORMS);
  const author = random.pick(AUTHORS);
  const favouriteTopics = [...new Set([random.pick(TOPICS), random.pick(TOPICS)])];
  const [first, ...rest] = moments(random, days, random.count(3.8 * person.activity, 2), 'LEISURE');
  if (!first) return;
  const subscribed = contacts.identifiers.length > 0;
  yield identify(first, [reader], { platform, author, subscribed: false, favouriteTopics });
  for (const at of rest) yield consumed(episode, at, [reader], platform);
  if (subscribed) {
    yield track(minutesAfter(rest.at(-1) ?? first, 9), 'Subscribed', [reader, ...contacts.identifiers], {
      traits: { subscribed, ...contacts.traits },
      properties: { platform, author },
    });
  }
}

function consumed({ random }: Episode, at: Date, identifiers: DemoIdentifier[], platform: string): Observation {
  const properties = { title: random.pick(TITLES), topic: random.pick(TOPICS), author: random.pick(AUTHORS), platform };
  const seconds = random.int(15, 600);
  if (random.chance(0.35)) {
    return track(at, 'Video Watched', identifiers, {
      properties: { ...properties, seconds, completed: seconds > 240 },
    });
  }
  return track(at, 'Article Read', identifiers, { properties: { ...properties, seconds } });
}
