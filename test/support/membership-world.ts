import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import type { JobRun } from '../../src/jobs/job-kind.js';
import { MembershipChange } from '../../src/memberships/membership-change.entity.js';
import { Standing } from '../../src/memberships/standing.entity.js';
import type { RequestContext } from '../../src/platform/context.js';
import { idOf } from '../../src/platform/ids.js';
import { accountIdOf } from '../../src/profiles/profile-id.rules.js';
import type { RuleInput } from '../../src/segments/rule.inputs.js';
import { TagKind } from '../../src/tags/tag-kind.js';
import { NaiveAssignments } from './naive-assignments.js';
import { type NaiveMeasures, naiveMeasures, naiveScores, naiveStanding, wallDay } from './naive-customers.js';
import { type NaiveEvent, naivelyHolds } from './naive-rules.js';
import { shownStandings } from './shown-standings.js';
import type { StitchingWorld, TenantWorld } from './stitching-world.js';

const DAY_MS = 86_400_000;

/** Something that a person does, so many days before the clock's time. */
export interface Deed {
  readonly user: number;
  readonly name: string;
  readonly total: number;
  readonly daysAgo: number;
  readonly city?: string | undefined;
}

/** That somebody puts a tag on whom they find at a place of the list, or takes it off. */
export interface Tagging {
  readonly key: string;
  readonly isOn: boolean;
  readonly at: number;
}

/** A segment or tag, and whom it is to hold for; `tag` is the key of one that has a rule. */
interface Defined {
  readonly id: string;
  rule: RuleInput;
  readonly tag?: string;
  readonly isFixed?: boolean;
}

/** A tenant with segments and tags whose clock is moved by hand: what happens is reacted to when asked. */
export class MembershipWorld {
  readonly segments: Defined[] = [];
  private readonly assigned = new NaiveAssignments();
  private readonly events: Omit<NaiveEvent, 'accountId'>[] = [];
  private readonly reacted = new Set<string>();
  /** What was measured of everybody when scores were made last. */
  private population: readonly NaiveMeasures[] = [];
  private ahead = 0;
  private sent = 0;

  constructor(
    private readonly world: StitchingWorld,
    readonly tenant: TenantWorld,
    private readonly reactions: readonly string[] = ['memberships'],
  ) {}

  context(): RequestContext {
    return { ...this.tenant.newContext(), now: () => new Date(Date.now() + this.ahead) };
  }

  moveClock(days: number): void {
    this.ahead += days * DAY_MS;
  }

  async does({ user, name, total, daysAgo, city }: Deed): Promise<void> {
    const ctx = this.context();
    this.sent += 1;
    const messageId = `m${this.sent}`;
    const occurredAt = new Date(ctx.now().getTime() - daysAgo * DAY_MS);
    const identifiers = [{ type: IdentifierType.USER_ID, value: `u${user}` }];
    const said = { messageId, type: 'TRACK', name, channel: Channel.APP, identifiers, occurredAt };
    const input = { ...said, properties: { total }, ...(city && { traits: { city } }) };
    const { accepted } = await this.world.services.ingestion.ingest(ctx, [
      { source: 'TEST', index: 0, raw: input, input },
    ]);
    if (accepted !== 1) throw new Error('The deed was not taken.');
    this.events.push({ name, messageId, occurredAt: occurredAt.getTime(), properties: { total } });
  }

  async define(rule: RuleInput): Promise<void> {
    const { id } = await this.world.services.segmentEditing.create(
      this.context(),
      `s${this.segments.length}`,
      null,
      rule,
    );
    this.segments.push({ id, rule });
  }

  /** A tag that is put on people one by one. */
  async defineTag(key: string, ttlDays: number | null): Promise<void> {
    const { id } = await this.saveTag(key, null, ttlDays);
    this.assigned.define(key, ttlDays);
    this.segments.push({ id, rule: { tag: key }, isFixed: true });
  }

  /** A tag that stands by a rule. */
  async defineRuleTag(key: string, rule: RuleInput): Promise<void> {
    const { id } = await this.saveTag(key, rule, null);
    this.segments.push({ id, rule, tag: key });
  }

  /** `forTags` is the rule that a tag gets where it is one's turn: it names no tag and no segment. */
  async redefine(at: number, rule: RuleInput, forTags: RuleInput): Promise<void> {
    const changeable = this.segments.filter(({ isFixed }) => !isFixed);
    const segment = changeable[at % changeable.length];
    if (!segment) return;
    segment.rule = segment.tag === undefined ? rule : forTags;
    if (segment.tag !== undefined) await this.saveTag(segment.tag, forTags, null);
    else await this.world.services.segmentEditing.update(this.context(), segment.id, { rule });
    await this.evaluateAll();
  }

  private saveTag(key: string, rule: RuleInput | null, ttlDays: number | null) {
    const kind = rule ? TagKind.RULE : TagKind.MANUAL;
    const given = { key, name: key, category: null, kind, rule, ttlDays };
    return this.world.services.tagEditing.define(this.context(), given);
  }

  /** Puts a tag on somebody or takes it off; what follows from it is written down account by account. */
  async tags({ key, isOn, at }: Tagging): Promise<void> {
    const living = (await this.tenant.living()).sort((a, b) => (a.state.id < b.state.id ? -1 : 1));
    const one = living[at % Math.max(1, living.length)];
    if (!one) return;
    const now = new Date(Date.now() + this.ahead);
    const ctx = { ...this.context(), now: () => now };
    const { tagging } = this.world.services;
    const profiles = [{ profileId: one.state.id, confidence: 1 }];
    const { refused } = isOn
      ? await tagging.assign(ctx, { key, kind: TagKind.MANUAL, source: 'somebody', profiles })
      : await tagging.remove(ctx, key, [one.state.id]);
    if (refused.length > 0) throw new Error('The tagging was refused.');
    const account = accountIdOf(one.state.id);
    if (isOn) this.assigned.putOn(key, account, now.getTime());
    else this.assigned.takeOff(key, one.accountIds, now.getTime());
  }

  /** Does what the job does that a new definition begins. */
  evaluateAll(): Promise<void> {
    return this.runJob('evaluate-segments');
  }

  /** Makes the scores anew, as the job does each night. */
  async score(): Promise<void> {
    const today = this.today();
    this.population = (await this.naivePeople()).flatMap(
      ({ deeds }) => naiveMeasures(deeds, today, this.context().settings.timeZone) ?? [],
    );
    await this.runJob('score-customers');
  }

  private async runJob(name: string): Promise<void> {
    const kind = this.world.services.jobWork.kinds.find((one) => one.kind === name);
    const { signal } = new AbortController();
    const context = async () => this.context();
    const job: JobRun = {
      id: 'job',
      checkpoint: null,
      signal,
      context,
      save: async () => {},
      progress: async () => {},
    };
    await kind?.run(this.context(), {}, job);
  }

  /** Lets all that was told of be reacted to; `again` repeats what was told of last as well. */
  async react(again = 0): Promise<void> {
    const reactions = this.world.services.reactions.filter(({ name }) => this.reactions.includes(name));
    for (;;) {
      const told = await this.tenant.told();
      const news = told.filter(({ _id }, n) => !this.reacted.has(_id) || n >= told.length - again);
      if (news.every(({ _id }) => this.reacted.has(_id)) && again === 0) break;
      for (const reaction of reactions) await reaction.react(this.context(), news);
      for (const { _id } of news) this.reacted.add(_id);
      again = 0;
    }
    while (await this.world.services.due.takePiece(this.context()));
  }

  /** Looks at everybody once more, as after changes have expired unread. */
  async recompute(): Promise<void> {
    for (const reaction of this.world.services.reactions)
      if (this.reactions.includes(reaction.name)) await reaction.recompute?.(this.context());
  }

  /** By segment and tag, the members that profiles tell of. */
  async shown(): Promise<Record<string, string[]>> {
    const shown = await shownStandings(this.world.database, this.tenant.tenantId);
    return Object.fromEntries(
      this.segments.map((one) => [one.id, shown.flatMap(({ id, of }) => (of.includes(one.id) ? [id] : [])).sort()]),
    );
  }

  /** By segment, the members there are. */
  async members(): Promise<Record<string, string[]>> {
    const standings = await this.world.database.collection(Standing).find({ tenantId: this.tenant.tenantId }).toArray();
    const membersOf = (id: string) =>
      standings.flatMap(({ _id, segmentIds }) => (segmentIds.includes(id) ? [idOf(String(_id))] : [])).sort();
    return Object.fromEntries(this.segments.map(({ id }) => [id, membersOf(id)]));
  }

  /** By segment, the members as the naive evaluator finds them. */
  async naiveMembers(): Promise<Record<string, string[]>> {
    const people = await this.naivePeople();
    const { timeZone } = this.context().settings;
    const rules = Object.fromEntries(this.segments.map(({ id, rule }) => [id, rule]));
    const tags = Object.fromEntries(this.segments.flatMap(({ tag, rule }) => (tag ? [[tag, rule]] : [])));
    const holds = ({ state, accountIds, events, stage, tier }: (typeof people)[0], rule: RuleInput) => {
      const { custom, ...traits } = state.traits;
      const lists = { tags: this.assigned.of(accountIds), consents: [], segments: [], channels: [Channel.APP] };
      const facts = { traits, custom, ...lists, lifecycle: stage, tier, events };
      return naivelyHolds(rule, { facts, at: this.context().now(), timeZone, segments: rules, tags });
    };
    return Object.fromEntries(
      this.segments.map(({ id, rule }) => [
        id,
        people.flatMap((one) => (holds(one, rule) ? [one.state.id] : [])).sort(),
      ]),
    );
  }

  /** By profile, stage, activity and tier as they are noted. */
  async customers(): Promise<Record<string, unknown>> {
    const documents = await this.tenant.profileDocuments();
    const noted = documents.flatMap(({ _id, customer }) => (customer ? [[idOf(_id), customer] as const] : []));
    return Object.fromEntries(
      noted.map(([id, { stage, activity, scores }]) => [id, { stage, activity, tier: scores?.tier ?? null }]),
    );
  }

  /** The same as the naive evaluator finds it. */
  async naiveCustomers(): Promise<Record<string, unknown>> {
    const people = await this.naivePeople();
    const known = people.filter(({ stage }) => stage !== null);
    return Object.fromEntries(known.map(({ state, stage, activity, tier }) => [state.id, { stage, activity, tier }]));
  }

  private today(): number {
    return wallDay(this.context().now().getTime(), this.context().settings.timeZone);
  }

  /** All living people with what they did, and where that leaves them. */
  private async naivePeople() {
    const [living, owners] = [await this.tenant.living(), await this.tenant.events()];
    const ownerOf = new Map(owners.map(({ messageId, accountId }) => [messageId, accountId]));
    const { timeZone } = this.context().settings;
    const [at, today] = [this.context().now().getTime(), this.today()];
    return living.map(({ state, accountIds }) => {
      const events = this.events.flatMap((event) => {
        const accountId = ownerOf.get(event.messageId) ?? '';
        return accountIds.includes(accountId) ? [{ ...event, accountId }] : [];
      });
      const deeds = events.map(({ messageId, occurredAt, name, properties }) => {
        return { id: messageId, at: occurredAt, name, total: Number(properties.total) };
      });
      const own = naiveMeasures(deeds, today, timeZone);
      const isScored = own !== null && this.population.length >= 5;
      const { stage = null, activity = null } = naiveStanding(deeds, at, timeZone) ?? {};
      const tier = isScored ? naiveScores(own, this.population, today).tier : null;
      return { state, accountIds, events, deeds, stage, activity, tier };
    });
  }

  /** By segment, how many entered less how many left. */
  async balance(): Promise<Record<string, number>> {
    const rows = await this.world.database
      .collection(MembershipChange)
      .find({ tenantId: this.tenant.tenantId })
      .toArray();
    const sumOf = (id: string) =>
      rows.filter(({ segmentId }) => segmentId === id).reduce((sum, { entered }) => sum + (entered ? 1 : -1), 0);
    return Object.fromEntries(this.segments.map(({ id }) => [id, sumOf(id)]));
  }
}
