import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccountRecord } from '../channels/account.rules.js';
import { blockedBy } from '../ingestion/blocked-values.rules.js';
import { valuesOf } from '../likeness/account-values.rules.js';
import type { LikenessService } from '../likeness/likeness.service.js';
import { type Change, isAboutStandings, isAboutTags } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { idOf, keyOf } from '../platform/ids.js';
import { piecesOf } from '../platform/pieces.js';
import type { Reaction } from '../platform/reaction-runner.js';
import { mayBeUsed } from '../profiles/permitted-use.rules.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { ProfileAccountsService } from '../profiles/profile-accounts.service.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import type { SlotStore } from '../profiles/slot.store.js';
import type { ResolutionService } from './resolution.service.js';

const ACCOUNTS_KEPT = 100_000;
const PIECE = 100;

/**
 * Matches accounts as they come in: once a profile has changed, those of its accounts that say something else of their
 * person than before are compared with whom they meet in blocks, and it is decided anew who is one person with them.
 * Whatever is repeated after a crash finds nothing to change.
 */
export class LiveMatchingService implements Reaction {
  readonly name = 'live matching';
  /** What accounts were last compared by, as digests: it saves repeating, while this process sees all changes. */
  private readonly compared = new LRUCache<string, string>({ max: ACCOUNTS_KEPT });

  constructor(
    private readonly profiles: ProfileStore,
    private readonly slots: SlotStore,
    private readonly accounts: ProfileAccountsService,
    private readonly likeness: LikenessService,
    private readonly resolution: ResolutionService,
  ) {}

  forget(): void {
    this.compared.clear();
  }

  async react(ctx: TenantContext, changes: readonly Change[]): Promise<void> {
    if (ctx.settings.matchModel === null) return;
    const isLiving = ({ kind }: Change) => kind === 'CREATED' || kind === 'UPDATED';
    const living = changes.filter((one) => isLiving(one) && !isAboutStandings(one) && !isAboutTags(one));
    await this.matchProfiles(ctx, [...new Set(living.map(({ profileId }) => profileId))]);
  }

  async recompute(ctx: TenantContext): Promise<void> {
    if (ctx.settings.matchModel === null) return;
    for await (const piece of piecesOf(this.slots.livingAfter(ctx, null), PIECE)) {
      await this.matchProfiles(
        ctx,
        piece.map(({ id }) => id),
      );
    }
  }

  /** Matches the accounts of profiles that were seen last, at most 64 of each; none of those whose use is restricted. */
  private async matchProfiles(ctx: TenantContext, profileIds: readonly string[]): Promise<void> {
    for (let at = 0; at < profileIds.length; at += PIECE) {
      const roots = await this.profiles.resolve(ctx, profileIds.slice(at, at + PIECE));
      const distinct = [...new Map([...roots.values()].map((root) => [idOf(root._id), root])).values()];
      const accounts = await Promise.all(distinct.map((root) => this.usableIn(ctx, root)));
      await this.match(ctx, accounts);
    }
  }

  /** Of a profile that must not be used nothing is compared; once that is lifted, all of it is. */
  private async usableIn(ctx: TenantContext, root: StoredProfile): Promise<AccountRecord[]> {
    const accounts = await this.accounts.newestIn(ctx, root);
    if (mayBeUsed(root)) return accounts;
    for (const { id } of accounts) this.compared.delete(keyOf(ctx.tenantId, id));
    return [];
  }

  private async match(ctx: TenantContext, profiles: readonly (readonly AccountRecord[])[]): Promise<void> {
    const { matchModel } = ctx.settings;
    if (matchModel === null) return;
    const accounts = profiles.flat();
    const together = new Set(profiles.filter((own) => own.length > 1).flatMap((own) => own.map(({ id }) => id)));
    const digests = accounts.map((account) => [keyOf(ctx.tenantId, account.id), digestOf(ctx, account)] as const);
    const other = accounts.filter((_, at) => {
      const [key = '', digest] = digests[at] ?? [];
      return this.compared.get(key) !== digest;
    });
    const concerned = new Set(await this.likeness.renew(ctx, matchModel, other));
    // groups are judged by what all of their accounts say
    for (const { id } of other) if (together.has(id)) concerned.add(id);
    if (concerned.size > 0) await this.resolution.settle(ctx, [...concerned]);
    for (const [key, digest] of digests) this.compared.set(key, digest);
  }
}

/** Stands for what an account is compared by, and under which settings. */
function digestOf({ settings }: TenantContext, account: AccountRecord): string {
  const { matchModel, matchThresholds } = settings;
  const values = valuesOf(account, blockedBy(settings));
  return hash('sha256', JSON.stringify([matchModel, matchThresholds, values]), 'base64url');
}
