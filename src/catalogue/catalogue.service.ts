import { LRUCache } from 'lru-cache';
import type { TenantContext } from '../platform/context.js';
import { groupBy } from '../platform/group-by.rules.js';
import { keyOf } from '../platform/ids.js';
import { holdsPersonalData } from '../platform/personal-data.rules.js';
import type { RuleCatalogue } from '../rules/rule-catalogue.js';
import type { ValueKind } from '../rules/value-kind.js';
import { idOfName, type ObservedNameStore } from './observed-name.store.js';
import { namesIn, type Observed, prevailing } from './observed-names.rules.js';

/** More names than that are not kept: a sender that makes up names must not fill the database. */
const MOST_NAMES = 5_000;
const NAMES_REMEMBERED = 50_000;
const TENANTS_REMEMBERED = 1_000;
const COUNTED_AGAIN_MS = 60_000;

/** What was seen of people and events, as far as rules can name it. */
export interface SeenValues {
  /** The custom traits of profiles. */
  readonly custom: readonly Readonly<Record<string, unknown>>[];
  readonly events: readonly { readonly name: string; readonly properties: Readonly<Record<string, unknown>> }[];
}

/** Keeps which custom traits and which properties of events a tenant has, and of what kind: what rules may name. */
export class CatalogueService {
  private readonly known = new LRUCache<string, true>({ max: NAMES_REMEMBERED });
  private readonly full = new LRUCache<string, boolean>({ max: TENANTS_REMEMBERED, ttl: COUNTED_AGAIN_MS });

  constructor(private readonly names: ObservedNameStore) {}

  /** Notes names that were not known; no command where there are none. */
  async observe(ctx: TenantContext, { custom, events }: SeenValues): Promise<void> {
    const seen = [
      ...custom.flatMap((traits) => namesIn('', traits)),
      ...events
        .filter(({ name }) => !holdsPersonalData(name))
        .flatMap(({ name, properties }) => [
          { event: name, path: '', kind: 'text' as const },
          ...namesIn(name, properties),
        ]),
    ];
    const fresh = new Map(seen.map((name) => [keyOf(ctx.tenantId, idOfName(name)), name]));
    for (const key of fresh.keys()) if (this.known.has(key)) fresh.delete(key);
    if (fresh.size === 0 || (await this.isFull(ctx))) return;
    await this.names.add(ctx, [...fresh.values()]);
    for (const key of fresh.keys()) this.known.set(key, true);
  }

  /** What rules may name besides standard traits and events. One command. */
  async observed(ctx: TenantContext): Promise<Pick<RuleCatalogue, 'customTraits' | 'events'>> {
    const names = await this.names.all(ctx, MOST_NAMES * 2);
    const byEvent = groupBy(names, ({ event }) => event);
    const customTraits = kindsOf(byEvent.get('') ?? []);
    byEvent.delete('');
    return { customTraits, events: new Map([...byEvent].map(([event, own]) => [event, kindsOf(own)])) };
  }

  private async isFull(ctx: TenantContext): Promise<boolean> {
    const known = this.full.get(ctx.tenantId);
    if (known !== undefined) return known;
    const isFull = (await this.names.all(ctx, MOST_NAMES)).length >= MOST_NAMES;
    this.full.set(ctx.tenantId, isFull);
    return isFull;
  }
}

function kindsOf(names: readonly Observed[]): Map<string, ValueKind> {
  const byPath = groupBy(names, ({ path }) => path);
  byPath.delete('');
  return new Map(
    [...byPath].flatMap(([path, own]) => {
      const kind = prevailing(own.map((one) => one.kind));
      return kind ? [[path, kind] as const] : [];
    }),
  );
}
