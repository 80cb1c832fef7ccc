import { Channel } from '../src/channels/channel.js';
import type { Services } from '../src/services.js';
import { type DemoItem, demoItems } from './demo.js';

/** The tenant that a first start fills. */
export const DEMO_TENANT = 'demo';

const BATCH = 1_000;
const REQUEST_ID = 'demo-tenant';
const EVENTS_ABOUT = 20_000;

/** Where to report to, and when to stop early. */
export interface DemoOptions {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What became of the loading: how many events were accepted, or that there was nothing to do. */
export interface DemoOutcome {
  readonly accepted: number;
  readonly finished: boolean;
}

function* batchesOf(items: Iterable<DemoItem>): Generator<DemoItem[]> {
  let batch: DemoItem[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * Fills the demo tenant through ingestion, as any sender would, while the server answers already. Its 90 days end when
 * the tenant was made, so that a load that was interrupted goes on at the next start and doubles nothing; once it is
 * complete it is never loaded again.
 */
export async function loadDemo({ tenants, ingestion }: Services, { say, signal }: DemoOptions): Promise<DemoOutcome> {
  await tenants.createTenant(DEMO_TENANT);
  const { createdAt, seededAt } = await tenants.find(DEMO_TENANT);
  if (seededAt) return { accepted: 0, finished: true };
  const ctx = await tenants.contextOf(DEMO_TENANT, REQUEST_ID);
  const startedAt = Date.now();
  let [sent, accepted] = [0, 0];
  for (const batch of batchesOf(demoItems({ end: createdAt }))) {
    if (signal.aborted) return { accepted, finished: false };
    const items = batch.map((input, index) => ({ source: 'IMPORT', index, raw: input, input }));
    const outcome = await ingestion.ingest(ctx, items);
    sent += batch.length;
    accepted += outcome.accepted;
    say(`Demo tenant: ${sent.toLocaleString('en')} of about ${EVENTS_ABOUT.toLocaleString('en')} events loaded`);
  }
  await tenants.markSeeded(DEMO_TENANT);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
  say(`Demo tenant: complete, over ${Object.keys(Channel).length} channels, in ${seconds} s`);
  return { accepted, finished: true };
}
