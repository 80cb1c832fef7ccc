import type { AccountRecord } from '../channels/account.rules.js';
import type { AccountStore } from '../channels/account.store.js';
import { identifierRulesOf } from '../channels/identifier-limits.rules.js';
import { blockedBy } from '../ingestion/identifiers.rules.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import { accountIdOf, profileIdOf } from '../profiles/profile-id.rules.js';
import { evidentAccountOf } from './account-evidence.rules.js';
import type { ClaimState } from './claim.rules.js';
import type { ClaimStore } from './claim.store.js';
import { type ComponentDecision, decideComponent } from './component.rules.js';
import { GatheredEvidence } from './gathered-evidence.js';
import type { LinkStore } from './link.store.js';

/** How far evidence is followed from where it changed, and to how many accounts. */
const LONGEST_REACH = 12;
const MOST_ACCOUNTS = 20_000;

/** What was decided, on what, and the profiles it concerns as they were. */
export interface Decided {
  readonly decision: ComponentDecision;
  readonly evidence: GatheredEvidence;
}

/** What was read just before a decision. */
export interface ReadBefore {
  readonly claims: ReadonlyMap<string, ClaimState>;
  /** The living profiles of accounts; undefined for an account that has none. */
  readonly slots: ReadonlyMap<string, StoredProfile | undefined>;
}

/** Gathers all evidence that is connected with some accounts, and decides on it. */
export class ComponentService {
  constructor(
    private readonly claims: ClaimStore,
    private readonly links: LinkStore,
    private readonly profiles: ProfileStore,
    private readonly accounts: AccountStore,
  ) {}

  /**
   * Decides on everybody that the evidence connects with these accounts, however far. `records` are accounts as they
   * will be stored; `read` is what was read of them just before. Three commands for each step that the evidence leads on
   * to accounts not read yet, and one where it leads to redirects; none for new accounts that share with each other alone.
   */
  async decide(
    ctx: TenantContext,
    accountIds: readonly string[],
    records: ReadonlyMap<string, AccountRecord> = new Map(),
    read: ReadBefore = { claims: new Map(), slots: new Map() },
  ): Promise<Decided> {
    const evidence = new GatheredEvidence(accountIds, read.claims, ctx.settings.sharedByMost);
    for (let step = 0; step < LONGEST_REACH && evidence.size <= MOST_ACCOUNTS; step += 1) {
      const found = evidence.takeFound();
      if (found.length === 0) break;
      await this.follow(ctx, evidence, found, { records, slots: read.slots });
    }
    return { decision: decideComponent(evidence.component, identifierRulesOf(ctx.settings.identifierRules)), evidence };
  }

  /** Whether nothing of what was decided on has changed since. Two commands. */
  async stillHolds(ctx: TenantContext, { evidence }: Decided): Promise<boolean> {
    const [claims, links] = await Promise.all([
      this.claims.find(ctx, evidence.keys),
      this.links.findByAccounts(ctx, evidence.linkedAccounts),
    ]);
    return evidence.isSame(claims, links);
  }

  /** Of accounts, each with others that hold what it holds, those that are not in one profile with all of them. */
  async inSeveral(
    ctx: TenantContext,
    groups: readonly { readonly accountId: string; readonly holders: readonly string[] }[],
  ): Promise<string[]> {
    if (groups.length === 0) return [];
    const all = [...new Set(groups.flatMap(({ holders }) => holders))];
    const roots = await this.profiles.resolve(ctx, all.map(profileIdOf));
    const isApart = (holders: readonly string[]) =>
      new Set(holders.map((id) => roots.get(profileIdOf(id))?._id)).size > 1;
    return groups.filter(({ holders }) => isApart(holders)).map(({ accountId }) => accountId);
  }

  /** The accounts of a living profile, sorted. */
  async membersOf(ctx: TenantContext, profileId: string): Promise<string[]> {
    const root = (await this.profiles.resolve(ctx, [profileId])).get(profileId);
    return root ? (await this.accountsIn(ctx, root)).map(({ id }) => id).sort() : [];
  }

  /** The living profiles that accounts are in, in the order of the accounts, each once. */
  async profileIdsOf(ctx: TenantContext, accountIds: readonly string[]): Promise<string[]> {
    const slots = accountIds.map(profileIdOf);
    const roots = await this.profiles.resolve(ctx, slots);
    return [...new Set(slots.flatMap((slot) => (roots.has(slot) ? idOf(roots.get(slot)?._id ?? '') : [])))];
  }

  /** Takes in accounts that were found, with those they share profiles with, and what these hold and people said of them. */
  private async follow(
    ctx: TenantContext,
    evidence: GatheredEvidence,
    found: readonly string[],
    { records, slots }: { records: ReadonlyMap<string, AccountRecord>; slots: ReadBefore['slots'] },
  ): Promise<void> {
    const unread = found.filter((id) => !slots.has(id));
    const roots = await this.profiles.resolve(ctx, unread.map(profileIdOf));
    const news = evidence.addSlots(
      new Map(found.map((id) => [id, slots.has(id) ? slots.get(id) : roots.get(profileIdOf(id))])),
    );
    const blocked = blockedBy(ctx.settings);
    const opened = await Promise.all(news.map(async (root) => ({ root, accounts: await this.accountsIn(ctx, root) })));
    for (const { root, accounts } of opened) {
      for (const account of accounts) evidence.add(evidentAccountOf(records.get(account.id) ?? account, blocked), root);
    }
    for (const id of found) {
      const record = records.get(id);
      if (record) evidence.add(evidentAccountOf(record, blocked));
    }
    evidence.addUnstored(found);
    const [claims, links] = await Promise.all([
      this.claims.find(ctx, evidence.unreadKeys()),
      this.links.findByAccounts(ctx, evidence.takeUnlinked()),
    ]);
    evidence.addClaims(claims);
    evidence.addLinks(links);
  }

  /** All accounts of a profile, whole. */
  private async accountsIn(ctx: TenantContext, root: StoredProfile): Promise<AccountRecord[]> {
    const { state } = this.profiles.open(ctx, root);
    const shown = new Map(state.accounts.map((account) => [account.id, account]));
    const all = state.truncated
      ? [accountIdOf(state.id), ...(await this.profiles.accountIdsOf(ctx, state, MOST_ACCOUNTS))]
      : [...shown.keys()];
    const unread = all.filter((id) => shown.get(id)?.partial !== false);
    const whole = unread.length === 0 ? new Map<string, AccountRecord>() : await this.accounts.findByIds(ctx, unread);
    return all.flatMap((id) => whole.get(id) ?? shown.get(id) ?? []);
  }
}
