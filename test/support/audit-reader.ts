import {
  AuditLogDocument,
  type AuditLogQuery,
  type AuditLogQueryVariables,
} from '../../schema/generated/operations.js';
import type { ApiClient } from './api-client.js';
import { eventually } from './eventually.js';

export type ShownEntry = AuditLogQuery['auditLog']['edges'][number]['node'];

const WITHIN_MS = 60_000;

/** Entries of a tenant's log, newest first. */
export async function entriesOf(client: ApiClient, filter: AuditLogQueryVariables = {}): Promise<ShownEntry[]> {
  const { auditLog } = await client.data(AuditLogDocument, { first: 100, ...filter });
  return auditLog.edges.map(({ node }) => node);
}

/** Entries once there are so many: they are in the log a moment after what they tell of was answered. */
export function untilEntries(client: ApiClient, filter: AuditLogQueryVariables, count: number): Promise<ShownEntry[]> {
  return eventually(
    () => entriesOf(client, filter),
    (entries) => entries.length >= count,
    WITHIN_MS,
  );
}

/** All of a tenant's log, once what was answered before is in it: the mark set by reading it as someone who may not. */
export async function settledEntries(client: ApiClient, refused: ApiClient): Promise<ShownEntry[]> {
  await refused.codes(AuditLogDocument, {});
  const before = await entriesOf(client, { action: 'auditLog' });
  await eventually(
    () => entriesOf(client, { action: 'auditLog' }),
    (entries) => entries.length > before.length,
    WITHIN_MS,
  );
  return entriesOf(client);
}
