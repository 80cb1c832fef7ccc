import type { Channel } from '../channels/channel.js';
import type { Touchpoint } from './event.entity.js';
import { EventType, TouchpointInitiative, TouchpointPlace, TouchpointValue, TrafficSource } from './event-kinds.js';

const HIGH_VALUE = /^(?:order|checkout|payment|purchase|subscription|signed up|lead|coupon redeemed)/i;
const MEDIUM_VALUE = /^(?:product|cart|form|wishlist|qr|menu|friend|store visited|device|ticket|search)/i;
const REACHED = /^(?:push|email|sms|message|notification|ad)\b.*(?:sent|delivered|received|shown|opened)/i;

function valueClassOf(name: string): TouchpointValue {
  if (HIGH_VALUE.test(name)) return TouchpointValue.HIGH;
  return MEDIUM_VALUE.test(name) ? TouchpointValue.MEDIUM : TouchpointValue.LOW;
}

/** How an event counts as a touch; null for one that is none, as IDENTIFY, GROUP and ALIAS. */
export function touchpointOf(type: EventType, name: string, channel: Channel): Touchpoint | null {
  if (type !== EventType.TRACK && type !== EventType.PAGE && type !== EventType.SCREEN) return null;
  return {
    initiative: REACHED.test(name) ? TouchpointInitiative.PASSIVE : TouchpointInitiative.ACTIVE,
    place: channel === 'STORE' ? TouchpointPlace.OFFLINE : TouchpointPlace.ONLINE,
    valueClass: valueClassOf(name),
  };
}

const PAID_MEDIUM = /^(?:cpc|ppc|cpm|cpa|cpv|paid|display|banner|ads?|retargeting)/i;
const SOCIAL_MEDIUM = /social/i;
const REFERRAL_MEDIUM = /^(?:referral|affiliate|partner)/i;
const SEARCH_HOST = /(?:^|\.)(?:baidu|google|bing|sogou|so|sm|yahoo|duckduckgo|yandex)\.[a-z.]+$/;
const SOCIAL_HOST =
  /(?:^|\.)(?:weixin\.qq|weibo|xiaohongshu|douyin|zhihu|facebook|instagram|twitter|x|linkedin|tiktok|bilibili)\.(?:com|cn)$/;

const SOURCE_BY_CHANNEL: Partial<Record<Channel, TrafficSource>> = {
  SOCIAL: TrafficSource.SOCIAL,
  SEARCH: TrafficSource.SEARCH,
  CONTENT: TrafficSource.CONTENT,
  STORE: TrafficSource.OFFLINE,
} as Partial<Record<Channel, TrafficSource>>;

function hostOf(url: unknown): string | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  return new URL(url).hostname;
}

function sourceOfReferrer(host: string): TrafficSource {
  if (SEARCH_HOST.test(host)) return TrafficSource.SEARCH;
  return SOCIAL_HOST.test(host) ? TrafficSource.SOCIAL : TrafficSource.NATURAL;
}

function sourceOfMedium(medium: string): TrafficSource | undefined {
  if (PAID_MEDIUM.test(medium)) return TrafficSource.PAID;
  if (SOCIAL_MEDIUM.test(medium)) return TrafficSource.SOCIAL;
  return REFERRAL_MEDIUM.test(medium) ? TrafficSource.PARTNER : undefined;
}

/** What the sender says of where the customer came from: Segment's `context`, as far as this needs it. */
export interface TrafficContext {
  readonly campaign?: unknown;
  readonly page?: unknown;
}

/** What brought the customer: the campaign's medium, else the referrer's host, else the channel, else DIRECT. */
export function trafficSourceOf(
  context: TrafficContext,
  properties: Readonly<Record<string, unknown>>,
  channel: Channel,
): TrafficSource {
  const campaign = campaignOf(context);
  const byMedium = typeof campaign?.medium === 'string' ? sourceOfMedium(campaign.medium) : undefined;
  if (byMedium) return byMedium;
  const page = (context.page ?? {}) as Record<string, unknown>;
  const host = hostOf(page.referrer ?? properties.referrer);
  return host ? sourceOfReferrer(host) : (SOURCE_BY_CHANNEL[channel] ?? TrafficSource.DIRECT);
}

/** The campaign the sender names, or null. */
export function campaignOf(context: TrafficContext): Record<string, unknown> | null {
  const { campaign } = context;
  return typeof campaign === 'object' && campaign !== null && !Array.isArray(campaign)
    ? (campaign as Record<string, unknown>)
    : null;
}
