import { jsonBytes } from '../platform/json-size.rules.js';
import type { ProfileState } from './profile-state.js';
import { bareCopy } from './snapshot.rules.js';

/** Of a document of at most 256 kB: protected values stand in it twice, masked and sealed, and the events beside. */
const LARGEST_STATE_BYTES = 120_000;
/** Fewer parts than this cannot reach the bound, each being bounded itself. */
const FEW_PARTS = 24;

function withoutAlternatives(state: ProfileState): ProfileState {
  return { ...state, provenance: state.provenance.map((provenance) => ({ ...provenance, alternatives: [] })) };
}

/** The first of a list, as many as fit into so many bytes: lists begin with what was seen last. */
function fitting<T>(items: readonly T[], bytes: number): readonly T[] {
  let left = bytes;
  const end = items.findIndex((item) => {
    left -= jsonBytes(item);
    return left < 0;
  });
  return end < 0 ? items : items.slice(0, end);
}

function sizeOf({ recentEvents: _bounded, ...state }: ProfileState): number {
  return jsonBytes(state);
}

/**
 * A profile that fits into its document. What is too large loses the alternatives of its traits, then what its copies of
 * the accounts seen longest ago say, and the identifiers seen longest ago, and is truncated. No account is forgotten: a
 * bare copy is read whole where it is folded, so the golden record stays what it is.
 */
export function fitProfile(state: ProfileState): ProfileState {
  const parts = [state.accounts, state.identifiers, state.provenance, state.consents.entries, state.limits.entries];
  if (parts.reduce((sum, { length }) => sum + length, 0) < FEW_PARTS) return state;
  if (sizeOf(state) <= LARGEST_STATE_BYTES) return state;
  const lean = { ...withoutAlternatives(state), truncated: true };
  const left = LARGEST_STATE_BYTES - sizeOf({ ...lean, accounts: lean.accounts.map(bareCopy), identifiers: [] });
  const whole = fitting(lean.accounts, left / 2).length;
  const accounts = lean.accounts.map((account, at) => (at < whole ? account : bareCopy(account)));
  return { ...lean, accounts, identifiers: fitting(lean.identifiers, left / 2) };
}
