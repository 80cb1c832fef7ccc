import { setTimeout as delay } from 'node:timers/promises';
import type { Change } from './changes.js';
import type { TenantContext } from './context.js';
import { asUnavailable } from './database.js';
import { hasCode } from './errors.js';
import { groupBy } from './group-by.rules.js';
import { doubling } from './pauses.js';

const MOST_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** What follows from changes. It may be told of a change again, after a crash or a change of hands: repeating must be harmless. */
export interface Reaction {
  readonly name: string;
  /** Changes of one tenant, those of a profile in order. */
  react(ctx: TenantContext, changes: readonly Change[]): Promise<void>;
  /** Changes have been dealt with elsewhere meanwhile: what was remembered of profiles may no longer be so. */
  forget?(): void;
  /** Puts right what was missed where changes have expired unread, for one tenant. */
  recompute(ctx: TenantContext): Promise<void>;
}

/** The tenants that reactions work for. */
export interface ReactionTenants {
  ids(): AsyncIterable<string>;
  /** Undefined where there is no such tenant any more. */
  contextOf(tenantId: string): Promise<TenantContext | undefined>;
}

/** What reactions tell their operators. */
export interface ReactionReport {
  warn(fault: unknown, message: string): void;
  /** How old the change was that has just been dealt with, in milliseconds. */
  lag(milliseconds: number): void;
}

/** Runs all reactions over changes, in order, as often as it takes. */
export class ReactionRunner {
  constructor(
    private readonly reactions: readonly Reaction[],
    private readonly tenants: ReactionTenants,
    private readonly report: ReactionReport,
    private readonly pausesOf = () => doubling(FIRST_PAUSE_MS, LONGEST_PAUSE_MS),
  ) {}

  /** Is told when this process takes up partitions that another one may have had. */
  forget(): void {
    for (const reaction of this.reactions) reaction.forget?.();
  }

  /** Deals with changes; false where the signal ended that before. */
  async run(changes: readonly Change[], signal: AbortSignal): Promise<boolean> {
    for (const [tenantId, own] of groupBy(changes, (change) => change.tenantId)) {
      for (const reaction of this.reactions) await this.tell(reaction, tenantId, own, signal);
    }
    const newest = changes.at(-1);
    if (newest) this.report.lag(Date.now() - newest.at.getTime());
    return !signal.aborted;
  }

  /** What has expired unread can't be told of any more: each reaction puts itself right. */
  async recompute(cause: unknown, signal: AbortSignal): Promise<void> {
    this.report.warn(cause, 'Changes have expired before reactions read them: they are computed anew.');
    for await (const tenantId of this.tenants.ids()) {
      const ctx = signal.aborted ? undefined : await this.tenants.contextOf(tenantId);
      if (ctx) for (const reaction of this.reactions) await reaction.recompute(ctx);
    }
  }

  /** Changes that fail together after some tries are told of profile by profile: what fails takes no other along. */
  private async tell(reaction: Reaction, tenantId: string, changes: readonly Change[], signal: AbortSignal) {
    const repeat = (some: readonly Change[], most: number) => this.repeat(reaction, tenantId, some, { signal, most });
    if (await repeat(changes, MOST_ATTEMPTS)) return;
    const byProfile = [...groupBy(changes, ({ profileId }) => profileId).values()];
    if (byProfile.length > 1) for (const own of byProfile) await repeat(own, 1);
  }

  /**
   * Tries until it works; what fails for another reason than the database's absence is given up after `most` tries, and
   * told of: false then.
   */
  private async repeat(
    reaction: Reaction,
    tenantId: string,
    changes: readonly Change[],
    { signal, most }: { readonly signal: AbortSignal; readonly most: number },
  ): Promise<boolean> {
    const pauses = this.pausesOf();
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const fault = await this.attempt(reaction, tenantId, changes);
      if (!fault) return true;
      const isAway = hasCode(fault.error, 'SERVICE_UNAVAILABLE');
      const isLast = attempt >= most && !isAway;
      const outcome = isLast ? 'given up' : 'tried again';
      this.report.warn(
        fault.error,
        `A reaction, ${reaction.name}, failed on ${changes.length} changes; it is ${outcome}.`,
      );
      if (isLast) return false;
      await delay(pauses.next().value, undefined, { signal }).catch(() => undefined);
    }
    return true;
  }

  private async attempt(reaction: Reaction, tenantId: string, changes: readonly Change[]) {
    try {
      const ctx = await this.tenants.contextOf(tenantId);
      if (ctx) await reaction.react(ctx, changes);
      return undefined;
    } catch (error) {
      return { error: asUnavailable(error) };
    }
  }
}
