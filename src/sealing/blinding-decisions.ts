/** What is done about a place where tokens of the index key are stored, when that gives way to another. */
type BlindingDecision = 'RENEWED' | { readonly kept: string };

const IN_THE_LOG = 'The log is not written again; what it says is under the version in force when it was said.';

/**
 * Every place where tokens of the index key are stored, as `collection.field`, and what the job `reindex` does about it; a
 * test finds any that nobody has decided on.
 */
export const BLINDING_DECISIONS: Readonly<Record<string, BlindingDecision>> = {
  'accounts.packed': 'RENEWED', // of each channel
  'audit_entries.canonical': { kept: IN_THE_LOG },
  'audit_inbox.canonical': { kept: 'In audit_entries within a second.' },
  'blocks._id': 'RENEWED',
  'claims._id': 'RENEWED',
  'claims.holders': 'RENEWED',
  'idempotency_keys.fingerprint': { kept: 'Of what a caller sent, for a day.' },
  'links._id': 'RENEWED',
  'links.evidence': 'RENEWED',
  'loyalty_entries.orderKey': { kept: 'Of an order, whose id stands in its events in clear.' },
  'match_candidates.blocks': 'RENEWED',
  'privacy_budgets.asked': { kept: 'Of questions, for a month: they name nobody.' },
  'privacy_budgets.callers': { kept: 'Of callers, for a month.' },
  'privacy_budgets.paid': { kept: 'Of questions and callers, for a month.' },
  'private_answers._id': { kept: 'Of questions, for a day: they name nobody.' },
  'profiles.packed': 'RENEWED',
  'profiles.searchTokens': 'RENEWED',
};

/** The collections whose documents the job stores anew; `accounts` are those of each channel. */
export function renewedCollections(): ReadonlySet<string> {
  const renewed = Object.entries(BLINDING_DECISIONS).filter(([, decided]) => decided === 'RENEWED');
  return new Set(renewed.map(([place]) => place.slice(0, place.indexOf('.'))));
}
