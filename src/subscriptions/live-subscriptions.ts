import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Principal } from '../access/principal.js';
import type { AuditTrail } from '../audit/audit-trail.service.js';
import { SelectedFields } from '../audit/selected-fields.js';
import type { ChangeFeed, ChangeListener } from '../platform/change-feed.js';
import type { LiveChange, PlacedChange } from '../platform/change-ring.js';
import type { Change } from '../platform/changes.js';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { type LiveSource, topicsOf } from '../platform/live-source.js';
import type { ErrorFormat } from '../serving/error-format.js';
import { decodePosition, type MessagePosition } from './change-cursor.js';
import type { ContextScope } from './context-scope.js';
import { DeliveryGroup, type GroupEvents } from './delivery-group.js';
import { MessageSource } from './message-source.js';
import type { Subscriber } from './subscriber.js';
import { accessKeyOf, type SubscriptionPlan } from './subscription-plan.js';

const MOST_GROUPS_OF_A_CALLER = 200;

/** What serving subscriptions needs. */
export interface SubscriptionDependencies {
  readonly feed: ChangeFeed;
  /** By field of `Subscription`. */
  readonly sources: Readonly<Record<string, LiveSource>>;
  readonly schema: GraphQLSchema;
  readonly errors: ErrorFormat;
  readonly contextFor: (principal: Principal) => Promise<RequestContext>;
  readonly report: SubscriptionReport;
  readonly audit: Pick<AuditTrail, 'follows'>;
}

/** What subscriptions tell their operators. */
export interface SubscriptionReport {
  warn(fault: unknown, message: string): void;
  delivered(messages: number): void;
  /** How many more there are than before; fewer where it is negative. */
  subscriptions(change: number): void;
}

/** A group, what it follows, and how many subscribers hold it, those that still catch up among them. */
interface Held {
  readonly key: string;
  /** Who asked first. */
  readonly owner: string;
  readonly group: DeliveryGroup;
  readonly topics: Set<string>;
  holders: number;
}

/** All subscriptions of this process: tells each change to those that follow one of its topics. */
export class LiveSubscriptions implements ChangeListener {
  private readonly groups = new Map<string, Held>();
  private readonly followers = new Map<string, Set<DeliveryGroup>>();
  /** How many groups each caller has had made. */
  private readonly owners = new Map<string, number>();
  private readonly unlisten: () => void;
  private readonly selected: SelectedFields;

  constructor(private readonly dependencies: SubscriptionDependencies) {
    this.unlisten = dependencies.feed.listen(this);
    this.selected = new SelectedFields(dependencies.schema);
  }

  /** How many groups of equal subscriptions there are. */
  get size(): number {
    return this.groups.size;
  }

  /** Tells of no more changes. Subscriptions end with their sockets, and not with an error: so clients come back by themselves. */
  stop(): void {
    this.unlisten();
  }

  /** Starts a subscription; throws coded errors where it may not be. Resuming goes on after the return. */
  async subscribe(ctx: RequestContext, plan: SubscriptionPlan, subscriber: Subscriber): Promise<void> {
    const source = this.dependencies.sources[plan.field];
    if (!source) return this.refuse(plan);
    const after = typeof plan.args.after === 'string' ? decodePosition(ctx, plan.args.after) : undefined;
    if (after) this.dependencies.feed.requireKept(after);
    await this.dependencies.feed.begin();
    const start = after ?? this.dependencies.feed.position; // before the arguments are judged: what happens meanwhile is told
    const query = await source.follow(ctx, plan.args);
    if (subscriber.signal.aborted) return;
    const held = this.hold(
      ctx,
      plan,
      new MessageSource(this.dependencies.schema, this.dependencies.errors, plan, query, this.selected),
      query.topics,
    );
    subscriber.signal.addEventListener('abort', () => this.release(held, subscriber), { once: true });
    if (!start) throw new Error('The feed has begun and stands nowhere.');
    void this.resume(ctx, held, subscriber, start).catch((error) => subscriber.fail(this.shown(error, ctx.requestId)));
  }

  /** Called by the feed. */
  take(changes: readonly LiveChange[]): void {
    const scope: ContextScope = new Map();
    for (const live of changes) {
      for (const group of this.groupsOf(live.change)) group.offer(live, scope);
    }
  }

  /** Called by the feed: what was missed is found by resuming. */
  lose(): void {
    const error = new AppError('SERVICE_UNAVAILABLE', 'Changes were missed; resume behind the last message.');
    for (const { group } of this.groups.values()) group.fail(this.shown(error, 'feed'));
  }

  /** An error as a subscriber is told it. */
  shown(error: unknown, requestId: string): GraphQLError {
    const originalError = error instanceof Error ? error : new Error(String(error));
    const { message, extensions } = this.dependencies.errors.show(new GraphQLError('', { originalError }), requestId);
    return new GraphQLError(message, { extensions });
  }

  /** A field without a source says itself why. */
  private refuse({ field, args }: SubscriptionPlan): never {
    const definition = this.dependencies.schema.getSubscriptionType()?.getFields()[field];
    definition?.subscribe?.(undefined, args, undefined, undefined as never);
    throw new Error(`Subscription.${field} has no source.`);
  }

  private *groupsOf(change: Change): Iterable<DeliveryGroup> {
    const [first = '', ...others] = topicsOf(change).map((topic) => `${change.tenantId} ${topic}`);
    const groups = this.followers.get(first);
    if (groups) yield* groups;
    for (const topic of others) {
      for (const group of this.followers.get(topic) ?? []) if (!groups?.has(group)) yield group;
    }
  }

  private hold(ctx: RequestContext, plan: SubscriptionPlan, source: MessageSource, topics: readonly string[]): Held {
    const held = this.groups.get(plan.key) ?? this.make(ctx, plan, source);
    held.holders += 1;
    this.dependencies.report.subscriptions(1);
    this.follow(ctx.tenantId, held, topics);
    return held;
  }

  /** Subscriptions that ask differently are read and executed apart, for each change. */
  private requireRoom(owner: string): void {
    const owned = this.owners.get(owner) ?? 0;
    if (owned >= MOST_GROUPS_OF_A_CALLER)
      throw new AppError(
        'RATE_LIMITED',
        `At most ${MOST_GROUPS_OF_A_CALLER} different subscriptions are served to one caller at a time; those that ask alike count once.`,
      );
    this.owners.set(owner, owned + 1);
  }

  private make(ctx: RequestContext, plan: SubscriptionPlan, source: MessageSource): Held {
    const { principal, tenantId } = ctx;
    const { contextFor, feed, report, audit } = this.dependencies;
    const accessKey = accessKeyOf(principal);
    const contextOf = (scope?: ContextScope) => {
      const made = scope?.get(accessKey) ?? contextFor(principal);
      scope?.set(accessKey, made);
      return made;
    };
    const start = feed.position;
    if (!start) throw new Error('The feed has started and stands nowhere.');
    const owner = `${tenantId} ${principal.kind} ${principal.subject}`;
    this.requireRoom(owner);
    const events: GroupEvents = {
      ...report,
      follow: (topics) => this.follow(tenantId, held, topics),
      shows: ({ profileId: id }, fields, subscribers) =>
        audit.follows(ctx, { id, fields, field: plan.field }, subscribers),
    };
    const group = new DeliveryGroup(source, contextOf, (error) => this.shown(error, 'delivery'), events, start);
    const held: Held = { key: plan.key, owner, group, topics: new Set(), holders: 0 };
    this.groups.set(plan.key, held);
    return held;
  }

  private follow(tenantId: string, held: Held, topics: readonly string[]): void {
    for (const topic of topics.map((name) => `${tenantId} ${name}`)) {
      held.topics.add(topic);
      const followers = this.followers.get(topic) ?? new Set();
      this.followers.set(topic, followers.add(held.group));
    }
  }

  private release(held: Held, subscriber: Subscriber): void {
    held.group.remove(subscriber);
    held.holders -= 1;
    this.dependencies.report.subscriptions(-1);
    if (held.holders > 0) return;
    this.groups.delete(held.key);
    this.leave(held.owner);
    for (const topic of held.topics) {
      const followers = this.followers.get(topic);
      followers?.delete(held.group);
      if (followers?.size === 0) this.followers.delete(topic);
    }
  }

  private leave(owner: string): void {
    const left = (this.owners.get(owner) ?? 1) - 1;
    if (left > 0) this.owners.set(owner, left);
    else this.owners.delete(owner);
  }

  private async resume(ctx: RequestContext, held: Held, subscriber: Subscriber, after: MessagePosition): Promise<void> {
    const { feed } = this.dependencies;
    const begun = after.done === undefined ? undefined : await feed.find(after.changeKey);
    const isFollowed = (change: Change) =>
      topicsOf(change).some((topic) => held.topics.has(`${ctx.tenantId} ${topic}`));
    if (begun && isFollowed(begun)) {
      const sent = new Set(Array.from({ length: after.done ?? 0 }, (_, number) => number));
      await held.group.deliverTo(subscriber, { change: begun, token: after.token }, sent);
    }
    const take = async (changes: readonly PlacedChange[]) => {
      for (const placed of changes) {
        if (!isFollowed(placed.change)) continue;
        await held.group.deliverTo(subscriber, placed, new Set());
        await subscriber.drained();
        if (subscriber.signal.aborted) return;
      }
    };
    await feed.catchUp({
      after,
      scope: { tenantId: ctx.tenantId },
      take,
      join: (sequence) => held.group.add(subscriber, sequence),
      signal: subscriber.signal,
    });
  }
}
