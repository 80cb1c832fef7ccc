import type { TrafficSource } from './event-kinds.js';

/** Sites in whose names `*` stands for the domain of a country or kind, as `com`, `co.uk` or `com.hk`. */
const SITES: Readonly<Partial<Record<TrafficSource, readonly string[]>>> = {
  SEARCH: [
    'baidu.com',
    'sogou.com',
    'so.com',
    'sm.cn',
    'quark.cn',
    'haosou.com',
    'so.toutiao.com',
    'chinaso.com',
    'google.*',
    'bing.com',
    'yahoo.*',
    'duckduckgo.com',
    'yandex.*',
    'naver.com',
    'ecosia.org',
    'startpage.com',
    'search.brave.com',
  ],
  SOCIAL: [
    'weixin.qq.com',
    'weibo.com',
    'weibo.cn',
    't.cn',
    'qzone.qq.com',
    'tieba.baidu.com',
    'douban.com',
    'xiaohongshu.com',
    'xhslink.com',
    'douyin.com',
    'kuaishou.com',
    'zhihu.com',
    'bilibili.com',
    'facebook.com',
    'instagram.com',
    'twitter.com',
    't.co',
    'x.com',
    'linkedin.com',
    'lnkd.in',
    'tiktok.com',
    'reddit.com',
    'pinterest.com',
    'youtube.com',
  ],
  CONTENT: [
    'mp.weixin.qq.com',
    'zhuanlan.zhihu.com',
    'baike.baidu.com',
    'zhidao.baidu.com',
    'jingyan.baidu.com',
    'toutiao.com',
    'csdn.net',
    'jianshu.com',
    'medium.com',
    'substack.com',
  ],
};

/** What a site tells of who comes from it. */
export const TRAFFIC_SITES: ReadonlyMap<string, TrafficSource> = new Map(
  Object.entries(SITES).flatMap(([source, sites]) => sites.map((site) => [site, source as TrafficSource] as const)),
);

/** What the advertising systems write into addresses of their own: Google, Microsoft, Baidu, Tencent. */
export const AD_PARAMETERS: readonly string[] = ['gclid', 'gbraid', 'wbraid', 'msclkid', 'bd_vid', 'qz_gdt', 'gdt_vid'];
