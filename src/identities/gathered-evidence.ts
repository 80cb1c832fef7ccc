import type { KnownCandidate } from '../likeness/candidate.rules.js';
import { gradeOfHolders, type HolderGrade } from '../matching/comparisons.rules.js';
import type { MatchModel } from '../matching/match-model.js';
import { dayNumberOf } from '../platform/dates.rules.js';
import { idOf } from '../platform/ids.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import type { Holding } from './claim.entity.js';
import { type ClaimState, holdersOf, isShared, peopleHolding } from './claim.rules.js';
import type { Component } from './component.rules.js';
import { GatheredLikeness, type MatchThresholds } from './gathered-likeness.js';
import { type LinkRecord, mergesIn, partingsIn } from './link.rules.js';
import type { EvidentAccount, HeldIdentifier } from './persons-in-making.rules.js';

const NOTHING_COMPARED = { values: {}, keys: { phone: undefined, email: undefined } };
/** A value that too many hold. */
const MANY = 3;

/** What of a tenant's settings says which evidence links. */
export interface EvidenceSettings {
  /** How many people may share a value that links. */
  readonly sharedByMost: number;
  readonly matchThresholds: MatchThresholds;
}

const UNTOLD: EvidentAccount['person'] = { name: null, birthday: null, unionIds: new Map() };

/** The evidence about some accounts, as it is stored now. */
export interface ReadAgain {
  readonly claims: ReadonlyMap<string, ClaimState>;
  readonly links: readonly LinkRecord[];
  readonly alike: readonly KnownCandidate[];
}

/** Evidence as it is followed from account to account: what is known, and what that leads to. */
export class GatheredEvidence {
  private readonly accounts = new Map<string, EvidentAccount>();
  private readonly claims = new Map<string, ClaimState>();
  /** What any of the claims says of each account that they name. */
  private readonly holdings = new Map<string, Holding>();
  private readonly links = new Map<string, LinkRecord>();
  private readonly likeness: GatheredLikeness;
  /** The living profile that each account leads to; undefined where it was looked for and there is none. */
  private readonly slots = new Map<string, StoredProfile | undefined>();
  /** The profiles that hold each account: more than one while a merge or a parting is under way. */
  private readonly holders = new Map<string, StoredProfile[]>();
  private readonly opened = new Set<string>();
  private readonly followed = new Set<string>();
  private readonly linksRead = new Set<string>();
  private found = new Set<string>();

  /** Begins with some accounts, and with claims that were read already. */
  constructor(
    accountIds: readonly string[],
    claims: ReadonlyMap<string, ClaimState>,
    private readonly settings: EvidenceSettings,
  ) {
    this.likeness = new GatheredLikeness(settings.matchThresholds);
    this.lead(accountIds);
    this.addClaims(claims);
  }

  get size(): number {
    return this.accounts.size;
  }

  get keys(): string[] {
    return [...this.claims.keys()];
  }

  get accountIds(): string[] {
    return [...this.accounts.keys()];
  }

  /** Accounts that evidence leads to and that were not looked at yet: each is given once. */
  takeFound(): string[] {
    const found = [...this.found];
    this.found = new Set();
    return found;
  }

  /**
   * Accounts that a profile was found to hold and whose own slots were not looked at yet: in the middle of a merge or a
   * parting they may lead elsewhere.
   */
  unplaced(): string[] {
    return [...this.accounts.keys()].filter((id) => !this.slots.has(id));
  }

  /** Takes in where accounts lead; gives the profiles among them that were not given yet. */
  addSlots(slots: ReadonlyMap<string, StoredProfile | undefined>): StoredProfile[] {
    const news: StoredProfile[] = [];
    for (const [id, root] of slots) {
      this.slots.set(id, root);
      if (!root || this.opened.has(root._id)) continue;
      this.opened.add(root._id);
      news.push(root);
    }
    return news;
  }

  /** Takes in an account and, where one holds it, a profile. */
  add(account: EvidentAccount, profile?: StoredProfile): void {
    this.accounts.set(account.id, account);
    this.followed.add(account.id);
    if (profile) this.holders.set(account.id, [...(this.holders.get(account.id) ?? []), profile]);
  }

  /** Takes in accounts that were claimed for and are not stored: all that is known of them is what their claims say. */
  addUnstored(accountIds: readonly string[]): void {
    for (const id of accountIds) if (!this.accounts.has(id)) this.add({ id, held: [], person: UNTOLD });
  }

  /** Identifiers of the accounts whose claims were not read yet. */
  unreadKeys(): string[] {
    const held = [...this.accounts.values()].flatMap((account) => account.held.map(({ key }) => key));
    return [...new Set(held)].filter((key) => !this.claims.has(key));
  }

  /** The accounts whose links were read. */
  get linkedAccounts(): string[] {
    return [...this.linksRead];
  }

  /** Accounts whose links were not read yet: each is given once. One that is in no profile has none that count. */
  takeUnlinked(): string[] {
    const isPlaced = (id: string) => this.profileOf(id) !== undefined;
    const unread = [...this.accounts.keys()].filter((id) => !this.linksRead.has(id) && isPlaced(id));
    for (const id of unread) this.linksRead.add(id);
    return unread;
  }

  /** What too many share leads nowhere, save when it has just come to that, or is no longer so. */
  addClaims(claims: ReadonlyMap<string, ClaimState>): void {
    for (const [key, claim] of claims) {
      this.claims.set(key, claim);
      for (const [id, holding] of Object.entries(claim.holders)) this.holdings.set(id, holding);
      if (!this.isShared(claim) || !claim.wasShared) this.lead(holdersOf(claim));
    }
  }

  addLinks(links: readonly LinkRecord[]): void {
    for (const link of links) this.links.set(link.id, link);
    this.lead(mergesIn(links).flat());
  }

  /** Takes in pairs of accounts that are alike, by the model in force. */
  addCandidates(candidates: readonly KnownCandidate[]): void {
    this.lead(this.likeness.add(candidates));
  }

  get alike(): KnownCandidate[] {
    return this.likeness.all;
  }

  /** The living profile that an account leads to; where only a profile was read that holds it, that one. */
  profileOf(accountId: string): StoredProfile | undefined {
    return this.slots.has(accountId) ? this.slots.get(accountId) : this.holders.get(accountId)?.[0];
  }

  /** The id of the profile that an account leads to, as `profileOf` says. */
  profileIdOf(accountId: string): string | undefined {
    const profile = this.profileOf(accountId);
    return profile && idOf(profile._id);
  }

  /**
   * As `profileIdOf`, of an account that is stored: another may lead where a person is whom it does not belong with any
   * more. Nothing of it shows there, and only who stores it can lead it elsewhere.
   */
  shownIn(accountId: string): string | undefined {
    return this.personOf(accountId) && this.profileIdOf(accountId);
  }

  /** The ids of the living profiles that hold an account, or will once it is folded: it is stored, and leads there. */
  profileIdsHolding(accountId: string): readonly string[] {
    const led = this.personOf(accountId) && this.slots.get(accountId);
    const holding = [...(this.holders.get(accountId) ?? []), ...(led ? [led] : [])];
    return [...new Set(holding.map(({ _id }) => idOf(_id)))];
  }

  /** What an account was taken to say of its person; undefined where nothing of it was stored. */
  personOf(accountId: string): EvidentAccount['person'] | undefined {
    const person = this.accounts.get(accountId)?.person;
    return person === UNTOLD ? undefined : person;
  }

  /** What the claims say of an account, where they name it. */
  claimOf(accountId: string): Holding | undefined {
    return this.holdings.get(accountId);
  }

  get storedLinks(): LinkRecord[] {
    return [...this.links.values()];
  }

  /** Identifiers of which it must be noted anew whether too many share them. */
  get turned(): Map<string, boolean> {
    const changed = [...this.claims].filter(([, claim]) => this.isShared(claim) !== claim.wasShared);
    return new Map(changed.map(([key, { wasShared }]) => [key, !wasShared]));
  }

  /** All that the decision is a function of; `model` is the one in force. */
  componentBy(model: MatchModel | undefined): Component {
    const shared = [...this.claims].filter(([, claim]) => this.isShared(claim));
    return {
      accounts: this.claimedAccounts(),
      shared: new Map(shared.map(([key, claim]) => [key, holdersOf(claim)[0] ?? ''])),
      merges: mergesIn(this.storedLinks),
      partings: partingsIn(this.storedLinks),
      alike:
        model &&
        this.likeness.evidenceBy(
          model,
          (id) => this.accounts.get(id)?.compared?.() ?? NOTHING_COMPARED,
          (key) => this.gradeOf(key),
        ),
    };
  }

  private gradeOf(key: string): HolderGrade {
    const claim = this.claims.get(key);
    if (!claim) return gradeOfHolders(1);
    return gradeOfHolders(this.isShared(claim) ? MANY : peopleHolding(claim));
  }

  /** Whether what was read again says what was decided on. */
  isSame(again: ReadAgain): boolean {
    return this.textOf({ claims: this.claims, links: this.storedLinks, alike: this.alike }) === this.textOf(again);
  }

  /** What was decided on, as text: claims with their holders, where these may link, what people said, and who is alike. */
  private textOf({ claims, links, alike }: ReadAgain): string {
    const byPeople = links.filter(({ kind }) => kind === 'MANUAL' || kind === 'CANNOT_LINK');
    const held = [...claims].map(([key, claim]) => {
      if (this.isShared(claim)) return `${key} is shared`;
      const all = Object.entries(claim.holders).map(([id, { from, to, name, birthday, unionId }]) => {
        return [id, from.getTime(), to.getTime(), name, birthday, unionId].join(' ');
      });
      return `${key}: ${all.sort().join()}`;
    });
    const people = byPeople.map(({ id, active }) => `${id} ${active}`);
    return [...held.sort(), ...people.sort(), ...this.likeness.linesOf(alike)].join('\n');
  }

  private isShared(claim: ClaimState): boolean {
    return isShared(claim, this.settings.sharedByMost);
  }

  private lead(accountIds: readonly string[]): void {
    for (const id of accountIds) {
      if (this.followed.has(id)) continue;
      this.followed.add(id);
      this.found.add(id);
    }
  }

  /**
   * The accounts with all that is claimed for them. Claims are written before anything else, so an account whose writer
   * stopped half-way, or has not come so far, may hold more than its record shows.
   */
  private claimedAccounts(): EvidentAccount[] {
    const known = new Map(
      [...this.accounts.values()].flatMap(({ held }) => held.map((one) => [one.key, one] as const)),
    );
    const claimed = new Map<string, HeldIdentifier[]>();
    for (const [key, { holders }] of this.claims) {
      const like = known.get(key);
      if (!like) continue;
      for (const [id, { from, to }] of Object.entries(holders))
        claimed.set(id, [...(claimed.get(id) ?? []), { ...like, from, to }]);
    }
    return [...this.accounts.values()].map((account) => {
      const held = new Map([...account.held, ...(claimed.get(account.id) ?? [])].map((one) => [one.key, one]));
      const stored = account.held.filter(
        ({ key, from }) => dayNumberOf(held.get(key)?.from ?? from) !== dayNumberOf(from),
      );
      return { ...account, held: [...held.values()], stored };
    });
  }
}
