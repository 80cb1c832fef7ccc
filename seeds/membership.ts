import { Random } from './random.js';

/** The 13 channels in the order their events are numbered; a new one goes to the end, so that it changes no other. */
export const CHANNELS = [
  'WECHAT_OFFICIAL_ACCOUNT',
  'WECOM',
  'MINI_PROGRAM',
  'SOCIAL',
  'SEARCH',
  'CONTENT',
  'WEB',
  'APP',
  'ECOMMERCE',
  'STORE',
  'CRM',
  'ERP',
  'IOT',
] as const;

export type DemoChannel = (typeof CHANNELS)[number];

const MOST_CHANNELS = 6;
const FALLBACK: readonly [DemoChannel, ...DemoChannel[]] = [
  'MINI_PROGRAM',
  'WECHAT_OFFICIAL_ACCOUNT',
  'ECOMMERCE',
  'STORE',
  'WEB',
];

/** How likely a consumer, and a buyer for a company, is in a channel. */
const CHANCES: Record<DemoChannel, { consumer: number; business: number }> = {
  WECHAT_OFFICIAL_ACCOUNT: { consumer: 0.5, business: 0.35 },
  WECOM: { consumer: 0.24, business: 0.5 },
  MINI_PROGRAM: { consumer: 0.44, business: 0.2 },
  SOCIAL: { consumer: 0.18, business: 0.06 },
  SEARCH: { consumer: 0.12, business: 0.2 },
  CONTENT: { consumer: 0.2, business: 0.1 },
  WEB: { consumer: 0.4, business: 0.55 },
  APP: { consumer: 0.32, business: 0.12 },
  ECOMMERCE: { consumer: 0.4, business: 0.25 },
  STORE: { consumer: 0.33, business: 0.15 },
  CRM: { consumer: 0.16, business: 0.75 },
  ERP: { consumer: 0.05, business: 0.6 },
  IOT: { consumer: 0.13, business: 0.05 },
};

/** The one to six channels a person is in, each decided by a stream of its own. */
export function channelsOf(key: string, business: boolean): DemoChannel[] {
  const joined = CHANNELS.filter((channel) => {
    const { consumer, business: forBusiness } = CHANCES[channel];
    return new Random(`${key}:${channel}:member`).chance(business ? forBusiness : consumer);
  });
  return joined.length > 0 ? joined.slice(0, MOST_CHANNELS) : [new Random(`${key}:fallback`).pick(FALLBACK)];
}

/** For about a tenth of all people, the one channel whose identifiers lead to none of their others. */
export function detachedChannel(key: string, channels: DemoChannel[]): DemoChannel | undefined {
  const [first, ...rest] = channels;
  const random = new Random(`${key}:detached`);
  if (!first || rest.length === 0 || !random.chance(0.115)) return undefined;
  return random.pick([first, ...rest]);
}
