import { CAMPAIGN_MEDIUMS } from './campaign-mediums.js';
import type { TrafficSource } from './event-kinds.js';
import { TRAFFIC_SITES } from './traffic-hosts.js';
import { WECHAT_SCENES } from './wechat-scenes.js';

/** What a tenant adds to the tables by which traffic is told apart; what it says comes before what is built in. */
export interface TrafficChoices {
  /** By scene value of WeChat, as `1047`. */
  readonly scenes?: Readonly<Record<string, TrafficSource>>;
  /** By the scene of a QR code of the tenant's own; one that ends in `*` means all that begin so. */
  readonly qrScenes?: Readonly<Record<string, TrafficSource>>;
  /** By site, its subdomains included. */
  readonly sites?: Readonly<Record<string, TrafficSource>>;
  /** By the medium of a campaign; one that ends in `*` means all that begin so. */
  readonly mediums?: Readonly<Record<string, TrafficSource>>;
}

/** Names, and beginnings of names, that tell a source. */
export class NameTable {
  private readonly whole = new Map<string, TrafficSource>();
  private readonly patterns: (readonly [string, TrafficSource])[] = [];

  /** Of entries that fit, a whole name counts first, then the pattern that stands first. */
  constructor(entries: Iterable<readonly [string, TrafficSource]>) {
    for (const [name, source] of entries) {
      const folded = name.trim().toLowerCase();
      if (folded.includes('*')) this.patterns.push([folded, source]);
      else if (!this.whole.has(folded)) this.whole.set(folded, source);
    }
  }

  sourceOf(name: string): TrafficSource | undefined {
    const folded = name.trim().toLowerCase();
    return this.whole.get(folded) ?? this.patterns.find(([pattern]) => fits(pattern, folded))?.[1];
  }
}

function fits(pattern: string, name: string): boolean {
  const begin = pattern.slice(0, -1);
  return begin.startsWith('*') ? name.includes(begin.slice(1)) : name.startsWith(begin);
}

/** Countries and kinds that stand for the `*` of a site: `com`, `hk`, `co.uk`, `com.hk`. */
const ENDING = /^(?:(?:co|com)\.[a-z]{2}|[a-z]{2,3})$/;

/** Sites that tell a source, with all below them: the longest that fits counts. */
export class SiteTable {
  constructor(private readonly sites: ReadonlyMap<string, TrafficSource>) {}

  sourceOf(host: string): TrafficSource | undefined {
    const labels = host.toLowerCase().replace(/\.$/, '').split('.');
    for (let at = 0; at < labels.length; at += 1) {
      const found = this.sites.get(labels.slice(at).join('.')) ?? this.ofAnyEnding(labels.slice(at));
      if (found) return found;
    }
    return undefined;
  }

  private ofAnyEnding([name = '', ...ending]: readonly string[]): TrafficSource | undefined {
    return ENDING.test(ending.join('.')) ? this.sites.get(`${name}.*`) : undefined;
  }
}

/** The tables by which the traffic of one tenant is told apart. */
export interface TrafficTables {
  readonly scenes: ReadonlyMap<string, TrafficSource>;
  readonly qrScenes: NameTable;
  readonly ownSites: SiteTable;
  readonly sites: SiteTable;
  readonly mediums: readonly NameTable[];
}

const BUILT_IN_SITES = new SiteTable(TRAFFIC_SITES);
const BUILT_IN_MEDIUMS = new NameTable(CAMPAIGN_MEDIUMS);

function entriesOf(chosen: Readonly<Record<string, TrafficSource>> = {}): [string, TrafficSource][] {
  return Object.entries(chosen);
}

function tablesFor(chosen: TrafficChoices): TrafficTables {
  const ownSites = entriesOf(chosen.sites).map(([site, source]) => [site.toLowerCase(), source] as const);
  return {
    scenes: new Map([...WECHAT_SCENES, ...entriesOf(chosen.scenes)]),
    qrScenes: new NameTable(entriesOf(chosen.qrScenes)),
    ownSites: new SiteTable(new Map(ownSites)),
    sites: BUILT_IN_SITES,
    mediums: [new NameTable(entriesOf(chosen.mediums)), BUILT_IN_MEDIUMS],
  };
}

/** Settings are replaced and never changed, so what was made of them holds as long as they are there. */
const tablesOfChoices = new WeakMap<TrafficChoices, TrafficTables>();

/** The tables of a tenant that has chosen so: made once for each version of its settings. */
export function trafficTables(chosen: TrafficChoices): TrafficTables {
  const known = tablesOfChoices.get(chosen);
  const tables = known ?? tablesFor(chosen);
  if (!known) tablesOfChoices.set(chosen, tables);
  return tables;
}
