import { Channel } from '../../src/channels/channel.js';
import { RETAIN } from '../../src/retention/retain.service.js';
import type { RetentionSettings } from '../../src/retention/retention-settings.js';
import type { Item } from './naive-stitching.js';
import { user } from './stitching-scripts.js';
import type { StitchingWorld, TenantWorld } from './stitching-world.js';

const DAY_MS = 86_400_000;

/** What somebody did so many days ago. */
export function done(person: number, daysAgo: number, number: number): Item {
  return {
    messageId: `p${person}-${number}-${daysAgo}`,
    channel: Channel.WEB,
    identifiers: [user(person)],
    traits: { taste: `t${number}` },
    at: Date.now() - daysAgo * DAY_MS - 60_000 - number, // not at the edge, however slow the test is
  };
}

/** A job that deletes what is kept no more; stopped, it is begun again from what was saved last. */
export class RetainJob {
  private checkpoint: unknown = null;
  /** How often it came to a safe point. */
  saves = 0;

  constructor(
    private readonly world: StitchingWorld,
    private readonly tenant: TenantWorld,
    private readonly dryRun = false,
  ) {}

  /** The same tenant under rules: what is older than these say could be sent before. */
  static of(world: StitchingWorld, { tenantId }: TenantWorld, retention: RetentionSettings, dryRun = false): RetainJob {
    return new RetainJob(world, world.tenant(tenantId, { retention }), dryRun);
  }

  async run(): Promise<Record<string, unknown>> {
    const work = this.world.services.jobWork.kinds.find(({ kind }) => kind === RETAIN);
    if (!work) throw new Error('There is no job that deletes what is kept no more.');
    const job = {
      id: 'job_retaining',
      checkpoint: this.checkpoint,
      signal: new AbortController().signal,
      context: async () => this.tenant.newContext(),
      save: async (checkpoint: unknown) => {
        this.saves += 1;
        this.checkpoint = structuredClone(checkpoint);
      },
      progress: async () => {},
    };
    return work.run(this.tenant.newContext(), { dryRun: this.dryRun }, job);
  }
}
