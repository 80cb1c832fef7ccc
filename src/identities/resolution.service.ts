import type { CandidateService } from '../likeness/candidate.service.js';
import type { TenantContext } from '../platform/context.js';
import { untilWritten } from '../platform/retry.js';
import type { PartingService } from '../profiles/parting.service.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import type { StitchService } from '../profiles/stitch.service.js';
import type { StitchInput } from '../profiles/stitch-plan.js';
import type { DecidedPersons } from '../profiles/undecided.rules.js';
import type { ClaimStore } from './claim.store.js';
import { sharedEdge } from './component.rules.js';
import type { ComponentService, Decided } from './component.service.js';
import { decidedPersonsOf } from './decided-persons.js';
import type { Claimed } from './identity.service.js';
import type { IdentityMonitor } from './identity-monitor.js';
import { changesOfLinks, partingsIn } from './link.rules.js';
import type { LinkStore } from './link.store.js';
import { standingsAfter } from './pair-standing.rules.js';
import { pairsOf } from './restitch.rules.js';

/** What profiles are made of besides who is one person. */
export type Observed = Pick<StitchInput, 'accounts' | 'events' | 'facts'>;

/** Who is one person, and which values link nobody. */
export interface Joins {
  readonly pairs: StitchInput['pairs'];
  readonly unlinked: ReadonlySet<string>;
  readonly persons?: DecidedPersons;
  readonly kept?: ReadonlySet<string>;
}

/** What came of a batch: what its profiles are to be, and the decision, where there was one to make. */
export interface Resolution extends Joins {
  readonly decided: Decided | undefined;
}

/** What is known besides the accounts to settle. */
export interface SettleOptions {
  readonly observed?: Observed;
  /** Accounts whose observations are in no profile yet. */
  readonly unfolded?: ReadonlySet<string>;
  /** The profile a person chose to survive. */
  readonly survivor?: string | undefined;
  readonly planned?: ((decided: Decided) => Promise<void>) | undefined;
  /** Whether others are known to write the same people. */
  readonly isContended?: boolean;
}

/** The accounts of profiles that were to be taken apart, and whether they were. */
interface Parted {
  readonly accountIds: readonly string[];
  readonly isDone: boolean;
}

/** What is to be in profiles besides a decision. */
interface CarriedOut {
  readonly observed: Observed;
  readonly untold: ReadonlySet<string>;
  readonly survivor: string | undefined;
}

const NOTHING_OBSERVED: Observed = { accounts: new Map(), events: new Map() };

/**
 * Brings profiles in line with the evidence. Evidence is written first, then read, decided on and carried out, and at
 * last read again: of two writers whose evidence concerns the same people, the one who ends last has seen what both
 * wrote, so what stands in the end follows from all of it.
 */
export class ResolutionService {
  constructor(
    private readonly components: ComponentService,
    private readonly claims: ClaimStore,
    private readonly links: LinkStore,
    private readonly stitching: StitchService,
    private readonly partings: PartingService,
    private readonly candidates: CandidateService,
    private readonly monitor?: IdentityMonitor,
  ) {}

  /** Decides on what was claimed for the accounts of a batch, and stores why. */
  async decide(
    ctx: TenantContext,
    claimed: Claimed,
    { accounts }: Observed,
    profiles: ReadonlyMap<string, StoredProfile>,
  ): Promise<Resolution> {
    const { sharing, later, claims, kept } = claimed;
    const edges = sharing
      .filter(({ accountId, lowest }) => accountId !== lowest)
      .map(({ accountId, lowest, type, key }) => sharedEdge(accountId, lowest, type, key));
    const linked = await this.links.change(ctx, changesOfLinks([], edges, new Set(), ctx.now()));
    this.monitor?.linked(linked);
    const accountIds = [...new Set([...claimed.accountIds, ...(await this.components.inSeveral(ctx, later))])];
    const unlinked = new Set(sharing.map(({ key }) => key));
    if (accountIds.length === 0) return { pairs: [], unlinked, kept, decided: undefined };
    const slots = new Map([...accounts.keys()].map((id) => [id, profiles.get(id)]));
    const decided = await this.components.decide(ctx, accountIds, accounts, { claims, slots });
    await this.explain(ctx, decided);
    const { pairs, unlinked: unlinkedAnew } = joinsOf(decided);
    const persons = decidedPersonsOf(ctx, decided);
    return { pairs, persons, kept, unlinked: new Set([...unlinked, ...unlinkedAnew]), decided };
  }

  /**
   * Takes apart the profiles that hold accounts of several people; returns those accounts, and whether that is done: where
   * others were about it, it is to be decided anew.
   */
  async part(ctx: TenantContext, decided: Decided): Promise<Parted> {
    const { parts } = decided;
    const persons = decidedPersonsOf(ctx, decided);
    let isDone = true;
    for (const [profileId, own] of parts)
      isDone = (await this.partings.partDecided(ctx, profileId, own, persons)) && isDone;
    return { accountIds: [...parts.values()].flat(2), isDone };
  }

  /** Whether what was carried out still follows from the evidence; notes which values turned out to be shared. */
  async confirm(ctx: TenantContext, decided: Decided): Promise<boolean> {
    await this.claims.noteShared(ctx, decided.evidence.turned);
    return this.components.stillHolds(ctx, decided);
  }

  /**
   * Decides on these accounts and all whom evidence connects with them, and brings their profiles in line. `observed` has
   * been folded into profiles and told of before, save that of the accounts in `unfolded`; what ends up elsewhere is folded
   * in there. `planned` is told what was decided first, before anything is written.
   */
  async settle(
    ctx: TenantContext,
    accountIds: readonly string[],
    { observed = NOTHING_OBSERVED, unfolded = new Set(), survivor, planned, isContended = false }: SettleOptions = {},
  ): Promise<void> {
    let untold = unfolded;
    await untilWritten('profiles', async (attempt) => {
      const decided = await this.components.decideStored(ctx, accountIds, isContended || attempt > 0);
      if (attempt === 0) await planned?.(decided);
      await this.explain(ctx, decided);
      const undecided = await this.carryOut(ctx, decided, { observed, untold, survivor });
      untold = new Set([...untold].filter((id) => undecided.has(id)));
      return undecided.size === 0 && this.confirm(ctx, decided);
    });
  }

  /** Brings profiles in line with what was decided; returns the accounts of those that hold something else by now. */
  private async carryOut(
    ctx: TenantContext,
    decided: Decided,
    { observed, untold, survivor }: CarriedOut,
  ): Promise<ReadonlySet<string>> {
    const parted = await this.part(ctx, decided);
    const joins = joinsOf(decided);
    const concerned = new Set([...joins.pairs.flat(), ...parted.accountIds, ...untold]);
    if (concerned.size === 0 || !parted.isDone) return concerned;
    const own = <T>(all: ReadonlyMap<string, T>) => new Map([...all].filter(([id]) => concerned.has(id)));
    // nothing else of what was observed: the profiles that its writer read at first are others by now
    const { undecided } = await this.stitching.stitch(ctx, {
      accounts: own(observed.accounts),
      events: own(observed.events),
      ...(observed.facts && { facts: observed.facts }),
      untold,
      ...(survivor && { survivor }),
      ...joins,
      persons: decidedPersonsOf(ctx, decided),
    });
    return undecided;
  }

  /** Stores why accounts are one person or are not, and what became of those that are alike. */
  private async explain(ctx: TenantContext, { decision, evidence }: Decided): Promise<void> {
    const changes = changesOfLinks(evidence.storedLinks, decision.edges, new Set(evidence.accountIds), ctx.now());
    const linked = await this.links.change(ctx, changes);
    this.monitor?.linked(linked);
    await this.candidates.note(ctx, evidence.alike, standingsAfter(decision, partingsIn(evidence.storedLinks)));
  }
}

/** What a decision brings to the stitching: it says of each value also where it links again. */
function joinsOf(decided: Decided): Joins & Pick<StitchInput, 'linked'> {
  const { decision, evidence } = decided;
  const linked = new Set(evidence.keys.filter((key) => !decision.unlinked.has(key)));
  const pairs = pairsOf(decision, {
    profileOf: (accountId) => evidence.profileIdOf(accountId),
    isStored: (accountId) => evidence.personOf(accountId) !== undefined,
    isStale: (accountId) => {
      const shown = evidence.profileOf(accountId)?.identifiers ?? [];
      return shown.some(({ key, linking }) => (linking ? decision.unlinked : linked).has(key));
    },
  });
  return { pairs, unlinked: decision.unlinked, linked };
}
