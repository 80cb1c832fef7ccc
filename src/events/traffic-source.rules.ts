import type { Channel } from '../channels/channel.js';
import { CAMPAIGN_SOURCES } from './campaign-mediums.js';
import { TrafficSource } from './event-kinds.js';
import { namesStore } from './store-data.rules.js';
import { AD_PARAMETERS } from './traffic-hosts.js';
import type { TrafficTables } from './traffic-tables.js';

type Fields = Readonly<Record<string, unknown>>;

const SOURCE_BY_CHANNEL: Partial<Record<Channel, TrafficSource>> = {
  SOCIAL: TrafficSource.SOCIAL,
  SEARCH: TrafficSource.SEARCH,
  CONTENT: TrafficSource.CONTENT,
  STORE: TrafficSource.OFFLINE,
};
const WECHAT: ReadonlySet<string> = new Set(['WECHAT_OFFICIAL_ACCOUNT', 'MINI_PROGRAM', 'WECOM']);
/** Where a store is named besides the place it happened in: shops on the web have numbers too. */
const SHOPS_OF_THEIR_OWN: ReadonlySet<string> = new Set(['ECOMMERCE', 'WEB', 'APP', 'SOCIAL', 'SEARCH', 'CONTENT']);
const REFERRAL_KEYS = ['referralCode', 'referral_code', 'inviteCode', 'invite_code'];
const UTM = /^utm_(source|medium|campaign|term|content)$/;
const LONGEST_UTM = 256;

/** What the sender says of where the customer came from: Segment's `context`, as far as this needs it. */
export interface TrafficContext {
  readonly campaign?: unknown;
  readonly page?: unknown;
  readonly scene?: unknown;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wordOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function firstWord(...values: unknown[]): string | undefined {
  for (const value of values) {
    const word = wordOf(value);
    if (word !== undefined) return word;
  }
  return undefined;
}

function addressOf(url: unknown): URL | undefined {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
}

function pageOf({ page }: TrafficContext): Fields {
  return isFields(page) ? page : {};
}

/** The parameters of the page's address: of its own `search` where it has one. */
function parametersOf(context: TrafficContext): URLSearchParams {
  const { search, url } = pageOf(context);
  if (typeof search === 'string' && search !== '') return new URLSearchParams(search);
  return addressOf(url)?.searchParams ?? new URLSearchParams();
}

/** The campaign the sender names, else what the UTM parameters of the page's address name, or null. */
export function campaignOf(context: TrafficContext): Record<string, unknown> | null {
  if (isFields(context.campaign)) return context.campaign;
  const named: Record<string, string> = {};
  for (const [key, value] of parametersOf(context)) {
    const [, part] = UTM.exec(key) ?? [];
    const field = part === 'campaign' ? 'name' : part;
    if (field && value !== '' && value.length <= LONGEST_UTM) named[field] ??= value;
  }
  return Object.keys(named).length > 0 ? named : null;
}

function ofMedium(campaign: Fields | null, { mediums }: TrafficTables): TrafficSource | undefined {
  const medium = wordOf(campaign?.medium);
  if (medium === undefined) return undefined;
  for (const table of mediums) {
    const source = table.sourceOf(medium);
    if (source) return source;
  }
  return undefined;
}

function ofAddress(context: TrafficContext): TrafficSource | undefined {
  const parameters = parametersOf(context);
  return AD_PARAMETERS.some((key) => parameters.has(key)) ? TrafficSource.PAID : undefined;
}

function ofReferral(properties: Fields): TrafficSource | undefined {
  return firstWord(...REFERRAL_KEYS.map((key) => properties[key])) ? TrafficSource.WORD_OF_MOUTH : undefined;
}

/** The scene of the QR code that was scanned; WeChat marks the one by which somebody came to follow with `qrscene_`. */
function qrCodeOf({ EventKey: key, qrScene, qr_scene, qr_scene_str }: Fields): string | undefined {
  const marked = typeof key === 'string' && key.startsWith('qrscene_') ? key.slice('qrscene_'.length) : undefined;
  const numbered = qr_scene === 0 || qr_scene === '0' ? undefined : qr_scene; // WeChat's word for none
  return firstWord(qrScene, numbered, qr_scene_str, marked);
}

/**
 * What a scene tells: that of a QR code which the tenant lists, then WeChat's own value, then that there was a QR code
 * at all.
 */
function ofScene(
  { scene }: TrafficContext,
  properties: Fields,
  channel: Channel,
  { qrScenes, scenes }: TrafficTables,
): TrafficSource | undefined {
  const code = qrCodeOf(properties);
  const own = code === undefined ? undefined : qrScenes.sourceOf(code);
  if (own) return own;
  const value = WECHAT.has(channel) ? firstWord(properties.scene, properties.subscribe_scene, scene) : undefined;
  const told = value === undefined ? undefined : scenes.get(value);
  return told ?? (code === undefined ? undefined : TrafficSource.OFFLINE);
}

function ofCampaignSource(campaign: Fields | null): TrafficSource | undefined {
  const source = wordOf(campaign?.source);
  return source === undefined ? undefined : CAMPAIGN_SOURCES.get(source.toLowerCase());
}

/** What the page before tells; one of the same site tells nothing. */
function ofReferrer(context: TrafficContext, properties: Fields, tables: TrafficTables): TrafficSource | undefined {
  const page = pageOf(context);
  const host = addressOf(page.referrer ?? properties.referrer)?.hostname;
  if (!host || host === addressOf(page.url ?? properties.url)?.hostname) return undefined;
  return tables.ownSites.sourceOf(host) ?? tables.sites.sourceOf(host) ?? TrafficSource.NATURAL;
}

function ofStore(properties: Fields, channel: Channel): TrafficSource | undefined {
  return namesStore(properties) && !SHOPS_OF_THEIR_OWN.has(channel) ? TrafficSource.OFFLINE : undefined;
}

/**
 * What brought the customer, the first of these that tells: the campaign's medium, what advertising systems write into
 * addresses, a referral code, a QR code's or WeChat's scene, the campaign's source, the referrer, a store, the channel;
 * else DIRECT.
 */
export function trafficSourceOf(
  context: TrafficContext,
  properties: Fields,
  channel: Channel,
  tables: TrafficTables,
): TrafficSource {
  const campaign = campaignOf(context);
  return (
    ofMedium(campaign, tables) ??
    ofAddress(context) ??
    ofReferral(properties) ??
    ofScene(context, properties, channel, tables) ??
    ofCampaignSource(campaign) ??
    ofReferrer(context, properties, tables) ??
    ofStore(properties, channel) ??
    SOURCE_BY_CHANNEL[channel] ??
    TrafficSource.DIRECT
  );
}
