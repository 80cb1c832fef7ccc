import fc from 'fast-check';
import type { TenantWorld } from './stitching-world.js';

/** What a person does between two rounds: merges or unmerges whom they find at these places of the list. */
export const act = fc.record({ isMerge: fc.boolean(), first: fc.nat(), second: fc.nat() });

/** Does it. */
export async function doByHand(
  tenant: TenantWorld,
  { isMerge, first, second }: { isMerge: boolean; first: number; second: number },
) {
  const living = (await tenant.living()).sort((a, b) => ((a.accountIds[0] ?? '') < (b.accountIds[0] ?? '') ? -1 : 1));
  const one = living[first % Math.max(1, living.length)];
  if (!one) return;
  const other = living[second % living.length];
  if (isMerge && other && other !== one) await tenant.merge(one.state.id, other.state.id);
  const leaving = one.accountIds[second % one.accountIds.length];
  if (!isMerge && leaving && one.accountIds.length > 1) await tenant.unmerge(one.state.id, [leaving]);
}

/** Reviews one of the candidates that wait for a person, if there is one. */
export async function reviewOne(tenant: TenantWorld, { isMerge, first }: { isMerge: boolean; first: number }) {
  const pending = (await tenant.pendingMatches()).sort((a, b) => (a.accountIds.join() < b.accountIds.join() ? -1 : 1));
  const one = pending[first % Math.max(1, pending.length)];
  if (one) await tenant.review(one.id, isMerge);
  return one !== undefined;
}
