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
