import { minutesAfter, moments } from '../calendar.js';
import { CAMPAIGNS } from '../company.js';
import { contactsOf, idOf } from '../identity.js';
import { type Episode, identify, type Observation, track } from '../observation.js';

const PLATFORMS: readonly [string, ...string[]] = ['weibo', 'xiaohongshu', 'douyin', 'bilibili'];
const TOPICS: readonly [string, ...string[]] = ['新品开箱', '茶席布置', '露营日记', '居家好物', '会员日'];

/** Social platforms: likes, comments and shares under a handle; a lead form at times tells who it is. */
export function* socialObservations(episode: Episode): Generator<Observation> {
  const { person, random, days } = episode;
  const contacts = contactsOf(episode);
  const platform = random.pick(PLATFORMS);
  const openId = { type: 'OPEN_ID', namespace: `social-${platform}`, value: idOf(person, 'open:social', 18) };
  const [first, ...rest] = moments(random, days, random.count(3.8 * person.activity, 2), 'LEISURE');
  if (!first) return;
  const handle = `${person.nickname}_${idOf(person, 'handle', 4)}`;
  const followers = Math.floor(3 / Math.max(0.001, random.next()));
  yield identify(first, [openId], { platform, handle, followers });
  if (random.chance(0.5)) yield track(minutesAfter(first, 1), 'Followed', [openId], { properties: { platform } });
  for (const at of rest) {
    const name = random.weighted([
      ['Post Liked', 6],
      ['Post Shared', 2],
      ['Post Commented', 2],
      ['Product Shared', 1],
    ]);
    const postId = `post-${random.int(1, 60)}`;
    yield track(at, name, [openId], { properties: { platform, postId, topic: random.pick(TOPICS) } });
  }
  if (contacts.identifiers.length > 0) {
    yield track(minutesAfter(rest.at(-1) ?? first, 6), 'Lead Form Submitted', [openId, ...contacts.identifiers], {
      traits: contacts.traits,
      properties: { platform, form: 'sample-pack' },
      context: { campaign: { ...random.pick(CAMPAIGNS), source: platform, medium: 'social' } },
    });
  }
}
