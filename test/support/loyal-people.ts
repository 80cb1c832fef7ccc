import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import type { LoyaltyChoices } from '../../src/loyalty/programme.js';
import { MILLISECONDS_PER_DAY } from '../../src/platform/dates.rules.js';
import { idOf } from '../../src/platform/ids.js';
import { booksOf } from './loyalty-books.js';
import type { StitchingWorld, TenantWorld } from './stitching-world.js';

const PEOPLE = 4;
const SEEN = Date.UTC(2026, 0, 5);
const EXPIRY_DAYS = 70;
const STARTING_POINTS = 100;

/** A programme in which orders earn and points end. */
export const PROGRAMME: LoyaltyChoices = {
  expiryMonths: 1,
  rules: [{ event: 'Order Completed', points: 0, perUnit: 1, channels: [], since: '2020-01-01T00:00:00Z' }],
};

const who = fc.nat({ max: PEOPLE - 1 });
const points = fc.integer({ min: 1, max: 60 });
const reference = fc.nat({ max: 30 }).map((n) => `ref-${n}`);
const orderId = fc.nat({ max: 1 }).map((n) => `order-${n}`);

/** Something that one of two writers does. */
const deed = fc.oneof(
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('earn' as const), who, points, reference }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('redeem' as const), who, points, reference }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('adjust' as const), who, points, reference }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('order' as const), who, points, orderId }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('refund' as const), who, points, orderId }) },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('merge' as const), who, other: who }) },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('unmerge' as const), who }) },
  { weight: 6, arbitrary: fc.constant({ kind: 'react' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'expire' as const }) },
);

/** Two people merge, spend more than one of them has, and are parted; another does something meanwhile. */
const story = fc
  .record({ who, step: fc.integer({ min: 1, max: PEOPLE - 1 }), points: fc.integer({ min: 110, max: 180 }), reference })
  .chain(({ who: first, step, points: spent, reference: named }) => {
    const other = (first + step) % PEOPLE;
    const acts: Deed[] = [
      { kind: 'merge', who: first, other },
      { kind: 'redeem', who: first, points: spent, reference: named },
      { kind: 'unmerge', who: other },
    ];
    const others = fc.array(deed, { minLength: acts.length, maxLength: acts.length });
    return others.map((theirs) => acts.map((mine, at): [Deed, Deed] => [mine, theirs[at] ?? { kind: 'react' }]));
  });
const meeting = fc.tuple(deed, deed).map((round) => [round]);

/** Rounds in each of which two writers do something at once. */
export const script = fc
  .array(fc.oneof({ weight: 2, arbitrary: story }, { weight: 3, arbitrary: meeting }), { minLength: 2, maxLength: 5 })
  .map((parts) => parts.flat());

export type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never;

const userOf = (n: number) => ({ type: IdentifierType.USER_ID, value: `loyal-${n}` });

/** A few people of a tenant, as one writer sees them. */
export class LoyalPeople {
  private readonly done = new Set<Deed>();

  constructor(
    readonly world: StitchingWorld,
    private readonly tenant: TenantWorld,
  ) {}

  get tenantId(): string {
    return this.tenant.tenantId;
  }

  /** Lets them be, each with 100 points. */
  async found(): Promise<void> {
    const items = Array.from({ length: PEOPLE }, (_, n) => ({
      messageId: `found-${n}`,
      channel: Channel.WEB,
      identifiers: [userOf(n)],
      traits: {},
      at: SEEN + n,
    }));
    await this.tenant.deliver(items);
    for (const [n, id] of (await this.ids()).entries()) await this.post(id, STARTING_POINTS, `start-${n}`);
  }

  /** Their profiles as they were founded. */
  ids(): Promise<string[]> {
    const accountIds = Array.from({ length: PEOPLE }, (_, n) => this.tenant.accountIdOf(Channel.WEB, userOf(n)));
    return this.tenant.profileIdsOf(accountIds);
  }

  /** Whether a deed, which has an id of its own that is posted once, was done by this writer. */
  isDone(one: Deed): boolean {
    return this.done.has(one);
  }

  async do(one: Deed): Promise<void> {
    if (one.kind === 'react') return this.react();
    if (one.kind === 'expire') return this.expire();
    if (one.kind === 'merge') return this.meet(one.who, one.other);
    if (one.kind === 'unmerge') return this.leave(one.who);
    if (one.kind === 'order' || one.kind === 'refund') await this.tell(one);
    else await this.postOf(one);
    this.done.add(one);
  }

  /** Gives points, or takes them. */
  post(profileId: string, given: number, named: string) {
    return this.world.services.loyalty.post(this.tenant.newContext(), profileId, wordsOf(given, named));
  }

  async merge(into: string, from: string): Promise<void> {
    await this.tenant.merge(into, from);
  }

  /** Lets the reaction see all that was told of so far, again. */
  async react(): Promise<void> {
    const earning = this.world.services.reactions.find(({ name }) => name === 'loyalty');
    await earning?.react(this.tenant.newContext(), await this.tenant.told());
  }

  /** What accounts have lent to accounts of other people. */
  async unsettled(): Promise<string[]> {
    const { wallets } = await booksOf(this.world.database, this.tenantId);
    const pairs = wallets.flatMap(({ _id, borrowers }) => borrowers.map((other) => [idOf(_id), other] as const));
    const led = await Promise.all(pairs.map((pair) => this.tenant.profileIdsOf(pair)));
    return pairs.filter((_, at) => led[at]?.[0] !== led[at]?.[1]).map((pair) => pair.join(' to '));
  }

  private async meet(first: number, second: number): Promise<void> {
    const ids = await this.ids();
    const [into = '', from = ''] = [ids[first], ids[second]];
    if (into !== from) await this.merge(into, from);
  }

  private async leave(n: number): Promise<void> {
    const accountId = this.tenant.accountIdOf(Channel.WEB, userOf(n));
    const [profileId = ''] = await this.tenant.profileIdsOf([accountId]);
    await this.tenant.unmerge(profileId, [accountId]);
  }

  private async postOf(one: Extract<Deed, { reference: string }>): Promise<void> {
    const profileId = (await this.ids())[one.who] ?? '';
    const { loyalty } = this.world.services;
    const named = `${one.kind} ${one.reference}`;
    if (one.kind === 'adjust') await loyalty.adjust(this.tenant.newContext(), profileId, wordsOf(-one.points, named));
    else await this.post(profileId, one.kind === 'earn' ? one.points : -one.points, named);
  }

  private async tell({ kind, who: n, points: total, orderId: order_id }: Extract<Deed, { orderId: string }>) {
    const input = {
      messageId: `${kind} ${n} ${total} ${order_id}`,
      type: 'TRACK',
      name: kind === 'order' ? 'Order Completed' : 'Order Refunded',
      channel: Channel.WEB,
      identifiers: [userOf(n)],
      properties: { order_id: `${order_id}-${n}`, total },
      occurredAt: new Date(SEEN + MILLISECONDS_PER_DAY),
    };
    await this.world.services.ingestion.ingest(this.tenant.newContext(), [
      { source: 'TEST', index: 0, raw: input, input },
    ]);
  }

  /** Lets points end, by a clock that is ahead. */
  private async expire(): Promise<void> {
    const ahead = () => new Date(Date.now() + EXPIRY_DAYS * MILLISECONDS_PER_DAY);
    const ctx = { ...this.tenant.newContext(), now: ahead };
    const expiring = this.world.services.jobWork.kinds.find(({ kind }) => kind === 'expire-points');
    const { signal } = new AbortController();
    const nothing = async () => {};
    await expiring?.run(
      ctx,
      {},
      { id: 'job', checkpoint: null, signal, context: async () => ctx, save: nothing, progress: nothing },
    );
  }
}

function wordsOf(given: number, reference: string) {
  return { points: given, reason: 'A test', reference };
}
