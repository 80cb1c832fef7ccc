import type { IdentifierInput, Profile360Query } from '../../schema/generated/operations.js';
import { Profile360Document, ProfileByIdentifierDocument } from '../../schema/generated/operations.js';
import { type ApiClient, present } from './api-client.js';

export type Profile360 = NonNullable<Profile360Query['profile']>;

/** The id of the profile that holds an identifier; null where nobody does. */
export async function profileIdOf(client: ApiClient, identifier: IdentifierInput): Promise<string | null> {
  return (await client.data(ProfileByIdentifierDocument, { identifier })).profileByIdentifier?.id ?? null;
}

/** The id of the profile that holds an identifier, which somebody must. */
export async function idBy(client: ApiClient, identifier: IdentifierInput): Promise<string> {
  return present(await profileIdOf(client, identifier));
}

/** The whole profile of an id, which must be there. */
export async function profileOf(client: ApiClient, id: string): Promise<Profile360> {
  return present((await client.data(Profile360Document, { id })).profile);
}

/** The whole profile that holds an identifier, which somebody must. */
export async function profileBy(client: ApiClient, identifier: IdentifierInput): Promise<Profile360> {
  return profileOf(client, await idBy(client, identifier));
}
