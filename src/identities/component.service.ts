import type { AccountRecord } from '../channels/account.rules.js';
import type { AccountStore } from '../channels/account.store.js';
import { identifierRulesOf } from '../channels/identifier-limits.rules.js';
import { blockedBy } from '../ingestion/blocked-values.rules.js';
import type { CandidateService } from '../likeness/candidate.service.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { ProfileAccountsService } from '../profiles/profile-accounts.service.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import { profileIdOf } from '../profiles/profile-id.rules.js';
import { evidentAccountOf } from './account-evidence.rules.js';
import type { ClaimState } from './claim.rules.js';
import type { ClaimStore } from './claim.store.js';
import { type Component, type ComponentDecision, decideComponent } from './component.rules.js';
import { isSameEvidence, tokensOf } from './evidence-token.js';
import { GatheredEvidence } from './gathered-evidence.js';
import type { LinkChanges } from './link.rules.js';
import { partsOf } from './restitch.rules.js';
import { type LinkReader, SupposedLinks } from './supposed-links.js';

/** How far evidence is followed from where it changed, and to how many accounts. */
const LONGEST_REACH = 12;
const MOST_ACCOUNTS = 20_000;

/** What was decided, on what, and the profiles it concerns as they were. */
export interface Decided {
  readonly component: Component;
  readonly decision: ComponentDecision;
  readonly evidence: GatheredEvidence;
  /** By profile that holds accounts of several persons: which of its accounts are one person each. */
  readonly parts: ReadonlyMap<string, string[][]>;
}

/** What was read just before a decision. */
export interface ReadBefore {
  readonly claims: ReadonlyMap<string, ClaimState>;
  /** The living profiles of accounts; undefined for an account that has none. */
  readonly slots: ReadonlyMap<string, StoredProfile | undefined>;
  /** Whether also the accounts that profiles hold are looked for where they lead. */
  readonly isThorough?: boolean;
  /** Whether accounts are read as they are stored, where profiles hold copies of them: others may be about to show more. */
  readonly isFresh?: boolean;
}

const NOTHING_READ: ReadBefore = { claims: new Map(), slots: new Map() };

/** Gathers all evidence that is connected with some accounts, and decides on it. */
export class ComponentService {
  constructor(
    private readonly claims: ClaimStore,
    private readonly links: LinkReader,
    private readonly profiles: ProfileStore,
    private readonly accounts: AccountStore,
    private readonly profileAccounts: ProfileAccountsService,
    private readonly candidates: CandidateService,
  ) {}

  /**
   * Decides on everybody that the evidence connects with these accounts, however far. `records` are accounts as they
   * will be stored; `read` is what was read of them just before. Three commands for each step that the evidence leads on
   * to accounts not read yet (five where a match model is in force), and one where it leads to redirects; none for new accounts that share with each other alone.
   */
  async decide(
    ctx: TenantContext,
    accountIds: readonly string[],
    records: ReadonlyMap<string, AccountRecord> = new Map(),
    read: ReadBefore = NOTHING_READ,
  ): Promise<Decided> {
    const evidence = new GatheredEvidence(accountIds, read.claims, ctx.settings);
    for (let step = 0; step < LONGEST_REACH && evidence.size <= MOST_ACCOUNTS; step += 1) {
      const found = evidence.takeFound();
      if (found.length === 0 && read.isThorough) found.push(...evidence.unplaced());
      if (found.length === 0) break;
      await this.follow(ctx, evidence, found, { ...read, records });
    }
    const model = evidence.alike.length > 0 ? await this.candidates.modelInForce(ctx) : undefined;
    const component = evidence.componentBy(model);
    const decision = decideComponent(component, identifierRulesOf(ctx.settings.identifierRules));
    return {
      component,
      decision,
      evidence,
      parts: partsOf(decision, (accountId) => evidence.profileIdsHolding(accountId)),
    };
  }

  /** The same, with links as they would be after a change. */
  supposing(changes: LinkChanges): ComponentService {
    const { claims, links, profiles, accounts, profileAccounts, candidates } = this;
    return new ComponentService(
      claims,
      new SupposedLinks(links, changes),
      profiles,
      accounts,
      profileAccounts,
      candidates,
    );
  }

  /**
   * As `decide`, of accounts as they are stored now, each looked for where it leads: others may be moving them. Where they
   * are, `isFresh` asks for all accounts as they are stored, which is a command a channel more for each step.
   */
  async decideStored(ctx: TenantContext, accountIds: readonly string[], isFresh = false): Promise<Decided> {
    const stored = await this.accounts.findByIds(ctx, accountIds);
    return this.decide(ctx, accountIds, stored, { ...NOTHING_READ, isThorough: true, isFresh });
  }

  /**
   * Whether profiles are as decided, and nothing of what was decided on has changed since. Three commands, four where
   * there are redirects, two where all is new; and one a channel where accounts were decided
   * on whose claims tell of more than their records did: their writers were under way, and may have stored it by now. (If
   * they have not, they will find what was written here, and decide again.)
   */
  async stillHolds(ctx: TenantContext, decided: Decided): Promise<boolean> {
    const { evidence } = decided;
    if (!(await this.isCarriedOut(ctx, decided))) return false;
    const [claims, links, alike, accounts] = await Promise.all([
      this.claims.find(ctx, evidence.keys),
      this.links.findByAccounts(ctx, evidence.linkedAccounts),
      this.candidates.find(ctx, evidence.linkedAccounts),
      this.accounts.findByIds(ctx, this.behind(ctx, evidence)),
    ]);
    const blocked = blockedBy(ctx.settings);
    const isStored = [...accounts.values()].some((account) => {
      const used = evidence.personOf(account.id);
      return !used || !isSameEvidence(tokensOf(ctx, used), tokensOf(ctx, evidentAccountOf(account, blocked).person));
    });
    return !isStored && evidence.isSame({ claims, links, alike });
  }

  /**
   * Whether each person's accounts lead to one profile, and no two persons' to the same. New accounts can't be elsewhere;
   * those that are not stored are their writers'.
   */
  private async isCarriedOut(ctx: TenantContext, { decision, evidence }: Decided): Promise<boolean> {
    const placed = evidence.accountIds.filter((id) => evidence.profileOf(id) !== undefined);
    if (placed.length === 0) return true;
    const roots = await this.profiles.resolve(ctx, evidence.accountIds.map(profileIdOf));
    const stored = decision.persons.map((person) => person.filter((id) => evidence.personOf(id)));
    const profilesOf = stored.map((person) => [
      ...new Set(person.flatMap((id) => roots.get(profileIdOf(id))?._id ?? [])),
    ]);
    const all = profilesOf.flat();
    return profilesOf.every((own) => own.length <= 1) && new Set(all).size === all.length;
  }

  /** The accounts whose claims tell of another person than what was decided on. */
  private behind(ctx: TenantContext, evidence: GatheredEvidence): string[] {
    return evidence.accountIds.filter((id) => {
      const claimed = evidence.claimOf(id);
      const used = evidence.personOf(id);
      return claimed && (!used || !isSameEvidence(claimed, tokensOf(ctx, used)));
    });
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
    return root ? (await this.profileAccounts.allIn(ctx, root)).map(({ id }) => id).sort() : [];
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
    { records, slots, isFresh = false }: ReadBefore & { readonly records: ReadonlyMap<string, AccountRecord> },
  ): Promise<void> {
    const unread = found.filter((id) => !slots.has(id));
    const roots = await this.profiles.resolve(ctx, unread.map(profileIdOf));
    const news = evidence.addSlots(
      new Map(found.map((id) => [id, slots.has(id) ? slots.get(id) : roots.get(profileIdOf(id))])),
    );
    const blocked = blockedBy(ctx.settings);
    const opened = await Promise.all(
      news.map(async (root) => ({ root, accounts: await this.profileAccounts.allIn(ctx, root) })),
    );
    const copied = isFresh ? opened.flatMap(({ accounts }) => accounts.map(({ id }) => id)) : [];
    const stored = copied.length > 0 ? await this.accounts.findByIds(ctx, copied) : new Map<string, AccountRecord>();
    for (const { root, accounts } of opened) {
      for (const account of accounts) {
        const known = records.get(account.id) ?? stored.get(account.id) ?? account;
        evidence.add(evidentAccountOf(known, blocked), root);
      }
    }
    for (const id of found) {
      const record = records.get(id);
      if (record) evidence.add(evidentAccountOf(record, blocked));
    }
    evidence.addUnstored(found);
    const unlinked = evidence.takeUnlinked();
    const [claims, links, alike] = await Promise.all([
      this.claims.find(ctx, evidence.unreadKeys()),
      this.links.findByAccounts(ctx, unlinked),
      this.candidates.find(ctx, unlinked),
    ]);
    evidence.addClaims(claims);
    evidence.addLinks(links);
    evidence.addCandidates(alike);
    await this.renew(ctx, evidence, records);
  }

  /** Reads accounts whose claims tell of another person than what is known of them: they may be stored, and not folded yet. */
  private async renew(
    ctx: TenantContext,
    evidence: GatheredEvidence,
    records: ReadonlyMap<string, AccountRecord>,
  ): Promise<void> {
    const behind = this.behind(ctx, evidence).filter((id) => !records.has(id));
    if (behind.length === 0) return;
    const blocked = blockedBy(ctx.settings);
    const stored = await this.accounts.findByIds(ctx, behind);
    for (const account of stored.values()) evidence.add(evidentAccountOf(account, blocked));
    evidence.addClaims(await this.claims.find(ctx, evidence.unreadKeys()));
  }
}
