import { TenantSettingsDocument, UpdateTenantSettingsDocument } from '../../schema/generated/operations.js';
import { ACCOUNT_SCHEMA } from '../../src/likeness/account-schema.js';
import { MatchStatus } from '../../src/likeness/match-candidate.entity.js';
import { type CandidateRecord, candidateIdOf, MatchCandidateStore } from '../../src/likeness/match-candidate.store.js';
import { MatchModelStore } from '../../src/likeness/match-model.store.js';
import { COMPARISONS } from '../../src/matching/comparisons.rules.js';
import type { MatchModel } from '../../src/matching/match-model.js';
import { clientOf } from './api-client.js';
import { withServices } from './server-services.js';

/** What is supposed of accounts before anything is learned from them. */
export function unlearnedModel(): MatchModel {
  const fields = ACCOUNT_SCHEMA.fields.map(({ name, kind }) => {
    const { levels, chances } = COMPARISONS[kind];
    const chancesOf = (at: number) => {
      return { match: chances.match[at], random: chances.random[at], household: chances.household[at] };
    };
    const learned = levels.map((level, at) => ({ level, ...(chancesOf(at) as Record<keyof typeof chances, number>) }));
    return { field: name, levels: learned, frequencies: null, defaults: [] };
  });
  return { version: 1, records: 1_000, match: 0.001, household: 0.0001, fields };
}

/** Stores a model for a tenant, and returns its version. */
export function storeModel(tenant: string, model = unlearnedModel()): Promise<number> {
  return withServices(tenant, (_services, ctx, database) => new MatchModelStore(database).add(ctx, model));
}

/** Puts a version of the model in force, or none. */
export async function putInForce(tenant: string, matchModel: number | null): Promise<void> {
  const admin = clientOf(tenant);
  const { version } = (await admin.data(TenantSettingsDocument, {})).tenantSettings;
  await admin.data(UpdateTenantSettingsDocument, { settings: { matchModel }, expectedVersion: version });
}

/** A candidate to be stored: two accounts in any order, and what isn't as usual. */
export type Proposal = Partial<CandidateRecord> & Pick<CandidateRecord, 'accountIds' | 'model'>;

/** Stores candidates as a model proposes them; returns their ids. */
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
