/** Who calls: a person with a user token, a system with an API token, or the product itself (jobs, the CLI). */
export interface Principal {
  readonly kind: 'USER' | 'API_TOKEN' | 'SYSTEM';
  readonly tenantId: string;
  /** A user's `sub`, or the API token's id. */
  readonly subject: string;
  /** API tokens alone: what people call the token; a partner is known by it. */
  readonly name?: string | undefined;
  /** Casbin subjects: role names, or `scope:...` of an API token. */
  readonly roles: readonly string[];
  readonly purposes: readonly string[];
  /** When the token ends by itself; absent where it doesn't. */
  readonly expiresAt?: Date | undefined;
  /** API tokens for ingestion alone: the channel they write, and the namespace of identifiers without one. */
  readonly channel?: string | undefined;
  readonly namespace?: string | undefined;
  /** API tokens alone: reads are confined to these segments. */
  readonly segmentIds?: readonly string[] | undefined;
  /** API tokens alone: reads are confined to these profiles, and to what they merge into. */
  readonly profileIds?: readonly string[] | undefined;
}

/** Whether a caller sees but some of the profiles, whoever has consented to what. */
export function isConfined({ segmentIds, profileIds }: Principal): boolean {
  return segmentIds !== undefined || profileIds !== undefined;
}
