import {
  PrivacyRequestDocument,
  type PrivacyRequestFieldsFragment,
  RequestPrivacyDocument,
  type RequestPrivacyMutationVariables,
} from '../../schema/generated/operations.js';
import { type ApiClient, present } from './api-client.js';
import { eventually } from './eventually.js';

type Demand = Omit<RequestPrivacyMutationVariables, 'reason'> & { readonly reason?: string };

/** Takes a demand down. */
export async function demand(officer: ApiClient, asked: Demand): Promise<PrivacyRequestFieldsFragment> {
  return (await officer.data(RequestPrivacyDocument, { reason: 'The customer wrote so.', ...asked })).requestPrivacy;
}

/** A demand once it has been dealt with. */
export async function endOfDemand(
  officer: ApiClient,
  id: string,
  limitMs = 240_000,
): Promise<PrivacyRequestFieldsFragment> {
  const ask = async () => present((await officer.data(PrivacyRequestDocument, { id })).privacyRequest);
  return eventually(ask, ({ finishedAt }) => finishedAt !== null, limitMs);
}

/** Takes a demand down that must be met, and gives it back once it is. */
export async function met(officer: ApiClient, asked: Demand): Promise<PrivacyRequestFieldsFragment> {
  const { id } = await demand(officer, asked);
  const ended = await endOfDemand(officer, id);
  if (ended.state !== 'SUCCEEDED') throw new Error(`The demand ended as ${ended.state}: ${ended.error}`);
  return ended;
}
