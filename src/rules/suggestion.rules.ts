import { foldCode } from '../comparing/folded-text.rules.js';
import { isOneEditApart, jaroWinkler } from '../comparing/similarity.rules.js';

const NEAR = 0.8;
const ONE_EDIT = 0.9;
const SHORTEST_EDITED = 3;
const MOST_COMPARED = 2_000;

function fold(name: string): string {
  return foldCode(name).replace(/[_.-]/g, '');
}

function likenessOf(wanted: string, known: string): number {
  const likeness = jaroWinkler(wanted, known);
  return wanted.length >= SHORTEST_EDITED && isOneEditApart(wanted, known) ? Math.max(likeness, ONE_EDIT) : likeness;
}

/** The known name that is most like one that isn't known (Jaro-Winkler from 0.8 on, or one edit apart; letter case and hyphens aside); undefined where none is. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = fold(name);
  let best: { readonly name: string; readonly likeness: number } | undefined;
  let compared = 0;
  for (const candidate of known) {
    if (compared++ === MOST_COMPARED) break;
    const likeness = likenessOf(wanted, fold(candidate));
    if (likeness >= NEAR && likeness > (best?.likeness ?? 0)) best = { name: candidate, likeness };
  }
  return best?.name;
}
