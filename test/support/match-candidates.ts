import { TenantSettingsDocument, UpdateTenantSettingsDocument } from '../../schema/generated/operations.js';
import type { CandidateRecord } from '../../src/likeness/candidate.rules.js';
import { candidateIdOf, MatchCandidateStore } from '../../src/likeness/match-candidate.store.js';
import { MatchStatus } from '../../src/likeness/match-status.js';
import { type ApiClient, clientOf } from './api-client.js';
import { withServices } from './server-services.js';

/** Changes settings of a tenant. */
export async function decideSettings(admin: ApiClient, settings: Record<string, unknown>): Promise<void> {
  const { version } = (await admin.data(TenantSettingsDocument, {})).tenantSettings;
  await admin.data(UpdateTenantSettingsDocument, { settings, expectedVersion: version });
}

/** Puts a version of the model in force, or none. */
export function putInForce(tenant: string, matchModel: number | null): Promise<void> {
  return decideSettings(clientOf(tenant), { matchModel });
}

/** A candidate to be stored: two accounts in any order, and what isn't as usual. */
export type Proposal = Partial<CandidateRecord> & Pick<CandidateRecord, 'accountIds' | 'model'>;

/** Stores candidates as if a model had found them, which the one in force takes back; returns their ids. */
export async function propose(tenant: string, proposals: readonly Proposal[]): Promise<string[]> {
  const records = proposals.map((proposal): CandidateRecord => {
    const accountIds = [...proposal.accountIds].sort() as [string, string];
    const id = candidateIdOf(accountIds, proposal.model);
    const usual = { probability: 0.8, weight: 2, status: MatchStatus.PENDING, blocks: [], createdAt: new Date() };
    return { ...usual, ...proposal, id, accountIds };
  });
  await withServices(tenant, (_services, ctx, database) => new MatchCandidateStore(database).put(ctx, records));
  return records.map(({ id }) => id);
}

/** Notes of candidates what a decision says of their accounts. */
export async function note(tenant: string, ids: readonly string[], status: MatchStatus): Promise<void> {
  const statuses = new Map(ids.map((id) => [id, status]));
  await withServices(tenant, (_services, ctx, database) => new MatchCandidateStore(database).note(ctx, statuses));
}
