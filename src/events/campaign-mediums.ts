import { TrafficSource } from './event-kinds.js';

/** By a campaign's medium in lower case, or how it begins where it ends in `*`; the first that fits counts. */
export const CAMPAIGN_MEDIUMS: readonly (readonly [string, TrafficSource])[] = [
  ...['cpc*', 'ppc*', 'cpm*', 'cpa*', 'cpv*', 'cpt*', 'paid*', 'display*', 'banner*', 'ad', 'ads*', 'ad-*', 'ad_*'].map(
    (medium) => [medium, TrafficSource.PAID] as const,
  ),
  ...['retargeting*', 'remarketing*', 'sem', 'programmatic*'].map((medium) => [medium, TrafficSource.PAID] as const),
  ...['wom', 'word-of-mouth*', 'word_of_mouth*', 'share*', 'invite*', 'invitation*', 'friend*', 'fission*'].map(
    (medium) => [medium, TrafficSource.WORD_OF_MOUTH] as const,
  ),
  ...['referral*', 'affiliate*', 'partner*', 'reseller*', 'cooperation*'].map(
    (medium) => [medium, TrafficSource.PARTNER] as const,
  ),
  ...['*social*', 'moments*', 'weibo*'].map((medium) => [medium, TrafficSource.SOCIAL] as const),
  ...['organic*', 'seo', 'search*'].map((medium) => [medium, TrafficSource.SEARCH] as const),
  ...['content*', 'blog*', 'article*', 'video*', 'live*', 'kol*', 'koc*'].map(
    (medium) => [medium, TrafficSource.CONTENT] as const,
  ),
  ...['offline*', 'qr*', 'print*', 'poster*', 'flyer*', 'leaflet*', 'store*', 'tv', 'radio', 'outdoor'].map(
    (medium) => [medium, TrafficSource.OFFLINE] as const,
  ),
  ...['email*', 'e-mail*', 'newsletter*', 'edm*', 'sms*', 'push*', 'message*', 'notification*', 'wecom*'].map(
    (medium) => [medium, TrafficSource.NATURAL] as const,
  ),
];

/** By a campaign's source in lower case, where its medium tells nothing. */
export const CAMPAIGN_SOURCES: ReadonlyMap<string, TrafficSource> = new Map([
  ...['baidu', 'sogou', '360', 'so', 'shenma', 'google', 'bing', 'yahoo', 'yandex', 'duckduckgo'].map(
    (source) => [source, TrafficSource.SEARCH] as const,
  ),
  ...['weibo', 'xiaohongshu', 'douyin', 'kuaishou', 'zhihu', 'bilibili', 'douban', 'moments', 'facebook'].map(
    (source) => [source, TrafficSource.SOCIAL] as const,
  ),
  ...['instagram', 'twitter', 'x', 'linkedin', 'tiktok', 'reddit', 'pinterest'].map(
    (source) => [source, TrafficSource.SOCIAL] as const,
  ),
  ...['toutiao', 'csdn', 'jianshu', 'medium'].map((source) => [source, TrafficSource.CONTENT] as const),
]);
