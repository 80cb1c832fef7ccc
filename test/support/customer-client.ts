import {
  CustomerStandingDocument,
  type CustomerStandingQuery,
  CustomersOfStagesDocument,
  type LifecycleStage,
} from '../../schema/generated/operations.js';
import { type ApiClient, present } from './api-client.js';
import { eventually } from './eventually.js';

type ShownCustomer = NonNullable<CustomerStandingQuery['profile']>;

/** Where a customer stands, as the API shows it. */
export async function customerOf(client: ApiClient, id: string): Promise<ShownCustomer> {
  return present((await client.data(CustomerStandingDocument, { id })).profile);
}

/** A customer once it is so. */
export function untilCustomer(
  client: ApiClient,
  id: string,
  isSo: (customer: ShownCustomer) => boolean,
  limitMs = 120_000,
): Promise<ShownCustomer> {
  return eventually(() => customerOf(client, id), isSo, limitMs);
}

/** A customer once at a stage. */
export function atStage(client: ApiClient, id: string, stage: string): Promise<ShownCustomer> {
  return untilCustomer(client, id, ({ lifecycle }) => lifecycle?.stage === stage);
}

/** The ids of all customers at stages. */
export async function customersOf(client: ApiClient, ...stages: readonly LifecycleStage[]): Promise<string[]> {
  const { profiles } = await client.data(CustomersOfStagesDocument, { stages: [...stages], first: 100 });
  return profiles.edges.map(({ node }) => node.id);
}

/** The steps of a lifecycle as `STAGE ACTIVITY, reason`. */
export function stepsOf({ lifecycle }: ShownCustomer): string[] {
  return (lifecycle?.history ?? []).map(({ to, activity, reason }) => `${to} ${activity}, ${reason}`);
}
