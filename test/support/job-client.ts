import {
  CancelJobDocument,
  JobDocument,
  type JobFieldsFragment,
  StartJobDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, present } from './api-client.js';
import { eventually } from './eventually.js';

export type ShownJob = JobFieldsFragment;

const ENDED = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

/** Starts a job, or finds the one of its kind that is under way. */
export async function startJob(
  client: ApiClient,
  kind: string,
  parameters?: Record<string, unknown>,
): Promise<ShownJob> {
  return (await client.data(StartJobDocument, { kind, parameters: parameters ?? null })).startJob;
}

export async function cancelJob(client: ApiClient, id: string): Promise<ShownJob> {
  return (await client.data(CancelJobDocument, { id })).cancelJob;
}

/** The job of an id, which must be there. */
export async function jobOf(client: ApiClient, id: string): Promise<ShownJob> {
  return present((await client.data(JobDocument, { id })).job);
}

/** The job once it is so. */
export function untilJob(
  client: ApiClient,
  id: string,
  isSo: (job: ShownJob) => boolean,
  limitMs = 120_000,
): Promise<ShownJob> {
  return eventually(() => jobOf(client, id), isSo, limitMs);
}

/** The job once it has ended. */
export function endOf(client: ApiClient, id: string, limitMs?: number): Promise<ShownJob> {
  return untilJob(client, id, ({ state }) => ENDED.has(state), limitMs);
}

/** The result of a job that must succeed. */
export async function resultOf(
  client: ApiClient,
  kind: string,
  parameters?: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { state, result, error } = await endOf(client, (await startJob(client, kind, parameters)).id);
  if (state !== 'SUCCEEDED') throw new Error(`The job ended as ${state}: ${error}`);
  return present(result) as Record<string, unknown>;
}
