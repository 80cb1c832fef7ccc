import type { CustomerCourseService } from '../customers/customer-course.service.js';
import type { Event } from '../events/event.entity.js';
import type { EventStore, StoredEvent } from '../events/event.store.js';
import type { EventOpeningService } from '../events/event-opening.service.js';
import { eventOfCopy } from '../events/recent-event.js';
import type { TenantContext } from '../platform/context.js';
import type { Sensitivity } from '../platform/entity.js';
import { groupBy } from '../platform/group-by.rules.js';
import type { OwnAccountsService } from '../profiles/own-accounts.service.js';
import type { ProfileState } from '../profiles/profile-state.js';
import { MOST_RECENT_EVENTS } from '../profiles/snapshot.rules.js';
import type { EventReads } from '../rules/reads.rules.js';
import type { Subject, SubjectEvent } from '../rules/subject.js';
import type { TagAssignmentStore } from '../tags/tag-assignment.store.js';
import type { ListedMemberStore } from './listed-member.store.js';
import { subjectOf, type TaggedSubject } from './subject.rules.js';

/** Of profiles that together have more events of the names asked for, each account is read alone, and no more than these of it. */
const MOST_EVENTS = 20_000;
const NONE: ReadonlySet<Sensitivity> = new Set();

/** Makes profiles into what rules ask. */
export class SubjectService {
  constructor(
    private readonly accounts: OwnAccountsService,
    private readonly events: EventStore,
    private readonly openings: EventOpeningService,
    private readonly listed: ListedMemberStore,
    private readonly assignments: TagAssignmentStore,
    private readonly courses: CustomerCourseService,
  ) {}

  /**
   * Profiles as rules see them now, by id. Where a profile holds copies of all its events these are read; else the events
   * of the names that rules ask for, of all profiles together by one command, and one a channel for the keys they are
   * sealed under. Stages and tiers are made of all they did, which is read besides where a rule asks for them.
   */
  async of(
    ctx: TenantContext,
    states: readonly ProfileState[],
    reads: EventReads,
  ): Promise<Map<string, TaggedSubject>> {
    const names = new Set([...reads.names, ...[...reads.series.values()].map(({ name }) => name)]);
    const accountsOf = await this.accounts.of(ctx, states);
    const accountIds = [...accountsOf.values()].flat();
    const [events, listedIn, assigned, courses] = await Promise.all([
      this.eventsOf(ctx, states, accountsOf, names),
      this.listed.segmentsOf(ctx, accountIds),
      this.assignments.openOf(ctx, accountIds),
      reads.standing ? this.courses.coursesOf(ctx, states) : new Map<string, never>(),
    ]);
    return new Map(
      states.map((state) => {
        const { id, traits, consents, limits, accounts } = state;
        const own = accountsOf.get(id) ?? [];
        const person = {
          traits: traits as unknown as Subject['traits'] & { birthday: string | null },
          consents,
          limits,
          channels: new Set(accounts.map(({ channel }) => channel)),
          listedIn: new Set(own.flatMap((accountId) => listedIn.get(accountId) ?? [])),
          assigned: own.flatMap((accountId) => assigned.get(accountId) ?? []),
          events: groupBy(events.get(id) ?? [], ({ accountId }) => accountId),
          course: courses.get(id),
        };
        return [id, subjectOf(person, reads, ctx.settings, ctx.now())];
      }),
    );
  }

  private async eventsOf(
    ctx: TenantContext,
    states: readonly ProfileState[],
    accountsOf: ReadonlyMap<string, readonly string[]>,
    names: ReadonlySet<string>,
  ): Promise<Map<string, OwnedEvent[]>> {
    if (names.size === 0) return new Map();
    const found = new Map(states.map((state) => [state.id, copiedEvents(state)] as const));
    const reading = states.filter(({ id }) => found.get(id) === undefined);
    const owners = new Map(
      reading.flatMap(({ id }) => (accountsOf.get(id) ?? []).map((account) => [account, id] as const)),
    );
    const read = groupBy(await this.read(ctx, [...owners.keys()], [...names]), ({ accountId }) =>
      owners.get(accountId),
    );
    return new Map(
      states.map(({ id }) => [id, (found.get(id) ?? read.get(id) ?? []).filter(({ name }) => names.has(name))]),
    );
  }

  private async read(ctx: TenantContext, accountIds: readonly string[], names: readonly string[]) {
    const stored = accountIds.length === 0 ? [] : await this.stored(ctx, accountIds, names);
    return (await this.openings.open(ctx, stored)).map(ownedEvent);
  }

  private async stored(ctx: TenantContext, accountIds: readonly string[], names: readonly string[]) {
    const together = await this.events.named(ctx, accountIds, names, MOST_EVENTS);
    if (together.length < MOST_EVENTS || accountIds.length === 1) return together;
    const alone: StoredEvent[] = [];
    for (const accountId of accountIds) alone.push(...(await this.events.named(ctx, [accountId], names, MOST_EVENTS)));
    return alone;
  }
}

type OwnedEvent = SubjectEvent & { readonly accountId: string };

/** All events of a profile that has no more than its document holds copies of; undefined where it has, or one is not whole. */
function copiedEvents({ recentEvents }: ProfileState): OwnedEvent[] | undefined {
  if (recentEvents.length >= MOST_RECENT_EVENTS) return undefined;
  const events = recentEvents.map((copy) => eventOfCopy(copy, NONE));
  return events.every((event) => event !== undefined) ? events.map(ownedEvent) : undefined;
}

function ownedEvent({ accountId, name, messageId, occurredAt, properties }: Event): OwnedEvent {
  return { accountId, name, messageId, occurredAt: occurredAt.getTime(), properties };
}
