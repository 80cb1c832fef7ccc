import {
  AccessPolicyDocument,
  type AccessPolicyInput,
  SetAccessPolicyDocument,
  type SetAccessPolicyMutation,
} from '../../schema/generated/operations.js';
import type { ApiClient } from './api-client.js';

/** Within so long a change of policy binds in every process. */
export const BINDS_WITHIN_MS = 2_000;

export async function policyVersionOf(admin: ApiClient): Promise<number> {
  return (await admin.data(AccessPolicyDocument, {})).accessPolicy.version;
}

/** Puts a policy in force, whatever was before. */
export async function decide(
  admin: ApiClient,
  policy: AccessPolicyInput,
): Promise<SetAccessPolicyMutation['setAccessPolicy']> {
  const expectedVersion = await policyVersionOf(admin);
  return (await admin.data(SetAccessPolicyDocument, { policy, expectedVersion })).setAccessPolicy;
}
