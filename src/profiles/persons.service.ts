import type { TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf } from '../platform/ids.js';
import { mayBeUsed } from './permitted-use.rules.js';
import type { ProfileStore } from './profile.store.js';
import type { StoredProfile } from './profile-document.js';
import { accountIdOf, profileIdOf } from './profile-id.rules.js';
import type { ProfileState } from './profile-state.js';
import type { SlotStore } from './slot.store.js';

const MOST_ACCOUNTS = 2_000;
/** Identifiers of what somebody holds in their hands: who shares one sits at the same device. */
const DEVICES: ReadonlySet<string> = new Set(['DEVICE_ID', 'ANONYMOUS_ID']);

/** A living person with all their accounts. */
export interface Person {
  /** Of the profile. */
  readonly id: string;
  /** The account that founded the profile: what is written down of the person is anchored to it. */
  readonly founder: string;
  readonly accountIds: readonly string[];
  /** The profile in clear. */
  readonly state: ProfileState;
  /** Whether their data may be used at all. */
  readonly mayBeUsed: boolean;
  /** Blinded identifiers of devices and browsers. */
  readonly devices: ReadonlySet<string>;
  /** As it is noted in the profile; null where none is. */
  readonly tier: string | null;
}

/** Tells who is who at the moment. */
export class PersonsService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly slots: SlotStore,
  ) {}

  /**
   * The persons that profile ids lead to, by the id asked for; who is unknown or erased is left out. One command, one
   * more where there are redirects, one for each that has more accounts than its profile holds copies of. CONFLICT where
   * one has more than 2,000.
   */
  async ofProfiles(ctx: TenantContext, profileIds: readonly string[]): Promise<Map<string, Person>> {
    const roots = await this.profiles.resolve(ctx, [...new Set(profileIds)]);
    const persons = new Map<string, Person>();
    for (const root of new Set(roots.values())) persons.set(root._id, await this.personOf(ctx, root));
    return new Map([...roots].flatMap(([id, root]) => [[id, persons.get(root._id)] as [string, Person]]));
  }

  /** The same by accounts. */
  async ofAccounts(ctx: TenantContext, accountIds: readonly string[]): Promise<Map<string, Person>> {
    const found = await this.ofProfiles(ctx, accountIds.map(profileIdOf));
    return new Map([...found].map(([id, person]) => [accountIdOf(id), person]));
  }

  /** Accounts by the person they belong to. */
  async grouped(ctx: TenantContext, accountIds: readonly string[]): Promise<[Person, string[]][]> {
    const persons = await this.ofAccounts(ctx, accountIds);
    const known = accountIds.flatMap((accountId) => {
      const person = persons.get(accountId);
      return person ? [{ accountId, person }] : [];
    });
    return [...groupBy(known, ({ person }) => person)].map(([person, own]) => [
      person,
      own.map(({ accountId }) => accountId),
    ]);
  }

  /** The person of a living profile as it was read. A cursor where it has more accounts than it holds copies of. */
  async personOf(ctx: TenantContext, stored: StoredProfile): Promise<Person> {
    const { state } = this.profiles.open(ctx, stored);
    const founder = accountIdOf(idOf(stored._id));
    const accountIds = new Set([founder, ...state.accounts.map(({ id }) => id)]);
    if (state.accountsLeftOut) await this.addOthers(ctx, state.id, accountIds);
    const devices = state.identifiers.filter(({ type }) => DEVICES.has(type)).map(({ key }) => key);
    const tier = stored.customer?.scores?.tier ?? null;
    const own = { id: state.id, founder, state, tier, accountIds: [...accountIds].sort() };
    return { ...own, mayBeUsed: mayBeUsed(stored), devices: new Set(devices) };
  }

  private async addOthers(ctx: TenantContext, id: string, accountIds: Set<string>): Promise<void> {
    for await (const slot of this.slots.leadingTo(ctx, id)) {
      accountIds.add(accountIdOf(slot.id));
      if (accountIds.size > MOST_ACCOUNTS)
        throw new AppError('CONFLICT', `The profile has more than ${MOST_ACCOUNTS} accounts: it takes no part.`);
    }
  }
}
