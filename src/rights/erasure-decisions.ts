/** What erasure does about each collection there is; a test finds any that nobody has decided on. */
export const ERASURE_DECISIONS: Readonly<Record<string, 'ERASED' | { readonly kept: string }>> = {
  accounts: 'ERASED', // of each channel
  anonymous_tables: { kept: 'Rows that several people share, until they expire.' },
  api_tokens: { kept: 'Of callers, not of customers.' },
  audit_entries: { kept: 'Holds ids and keyed hashes alone, so that its chain stays whole.' },
  audit_inbox: { kept: 'As audit_entries, for a second.' },
  audit_logs: { kept: 'Holds keys and hashes alone.' },
  blocks: 'ERASED',
  changes: 'ERASED',
  claims: 'ERASED',
  consents: 'ERASED',
  events: 'ERASED',
  idempotency_keys: 'ERASED',
  jobTurns: { kept: 'Names jobs alone.' },
  jobs: { kept: 'Holds counts, settings and ids of requests; gone after 30 days.' },
  leases: { kept: 'Of processes.' },
  links: 'ERASED',
  manual_traits: 'ERASED',
  match_candidates: 'ERASED',
  match_models: { kept: 'Holds how often frequent values occur among all accounts, and names none.' },
  privacy_budgets: { kept: 'Of callers, not of customers.' },
  privacy_requests: 'ERASED',
  private_answers: { kept: 'Counts of many with noise, which tell of nobody.' },
  profiles: 'ERASED',
  quarantine: 'ERASED',
  rate_limits: { kept: 'Of callers, not of customers.' },
  tenants: { kept: 'What the tenant decided.' },
  trusted_documents: { kept: 'Of partners: documents with variables, which hold no customer.' },
  workers: { kept: 'Of processes.' },
};

/** Collections that hold what is not found by accounts: slots, demands, and texts that may mention anybody. */
export const ERASED_OTHERWISE = ['idempotency_keys', 'privacy_requests', 'profiles', 'quarantine'] as const;
