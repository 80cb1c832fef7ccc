import { minutesAfter, moments } from '../calendar.js';
import { browserId, contactsOf } from '../identity.js';
import { type DemoIdentifier, type Episode, type Observation, track } from '../observation.js';

interface Engine {
  name: string;
  page: string;
}

const ENGINES: readonly [readonly [Engine, number], ...(readonly [Engine, number])[]] = [
  [{ name: 'baidu', page: 'https://www.baidu.com/s?wd=' }, 6],
  [{ name: 'bing', page: 'https://cn.bing.com/search?q=' }, 3],
  [{ name: 'sogou', page: 'https://www.sogou.com/web?query=' }, 1],
];
const KEYWORDS: readonly [string, ...string[]] = [
  '绿茶礼盒',
  '智能台灯',
  '天丝四件套',
  '露营灯 推荐',
  '香薰蜡烛',
  '手账本',
  'smart kettle',
  'tea gift box',
];
const AD_GROUPS: readonly [string, ...string[]] = ['brand', 'category', 'competitor', 'gift'];

/** Search engines: clicks on ads and results, known by the browser; a lead form on the landing page may tell more. */
export function* searchObservations(episode: Episode): Generator<Observation> {
  const { person, random, days } = episode;
  const browser = [{ type: 'ANONYMOUS_ID', value: browserId(episode) }];
  const contacts = contactsOf(episode);
  const clicks = moments(random, days, random.count(3.5 * person.activity, 2), 'LEISURE');
  for (const at of clicks) yield click(episode, at, browser);
  const last = clicks.at(-1);
  if (last && contacts.identifiers.length > 0) {
    yield track(minutesAfter(last, 4), 'Lead Form Submitted', [...browser, ...contacts.identifiers], {
      traits: contacts.traits,
      properties: { form: 'price-list' },
    });
  }
}

function click({ random }: Episode, at: Date, identifiers: DemoIdentifier[]): Observation {
  const engine = random.weighted(ENGINES);
  const keyword = random.pick(KEYWORDS);
  const landingPage = `https://www.example.com/landing/${random.int(1, 6)}`;
  const page = { url: landingPage, referrer: `${engine.page}${encodeURIComponent(keyword)}` };
  const traits = { engine: engine.name, keyword, landingPage };
  if (random.chance(0.35)) {
    const properties = { engine: engine.name, keyword, position: random.int(1, 10) };
    return track(at, 'Search Result Clicked', identifiers, { traits, properties, context: { page } });
  }
  const adGroup = random.pick(AD_GROUPS);
  const campaign = { name: `search-${adGroup}`, source: engine.name, medium: 'cpc', term: keyword };
  const properties = { campaign: campaign.name, adGroup, keyword, engine: engine.name, position: random.int(1, 4) };
  return track(at, 'Ad Clicked', identifiers, { traits, properties, context: { campaign, page } });
}
