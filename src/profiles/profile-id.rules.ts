/** The account that founded a profile. */
export function accountIdOf(profileId: string): string {
  return `acc_${profileId.slice(4)}`;
}

/** The profile that an account founds. */
export function profileIdOf(accountId: string): string {
  return `prf_${accountId.slice(4)}`;
}
