import { badInput } from '../platform/errors.js';

const MOST_QUASI = 16;
const MOST_SENSITIVE = 16;

/** Refuses lists of columns that make no table: none, too many, or one named twice. `path` names a list. */
export function checkColumns(
  lists: Readonly<Record<'quasi' | 'sensitive', readonly string[]>>,
  pathOf: (list: 'quasi' | 'sensitive') => string,
): void {
  const { quasi, sensitive } = lists;
  if (quasi.length === 0) throw badInput(pathOf('quasi'), 'names nothing');
  if (quasi.length > MOST_QUASI) throw badInput(pathOf('quasi'), `may name at most ${MOST_QUASI}`);
  if (sensitive.length > MOST_SENSITIVE) throw badInput(pathOf('sensitive'), `may name at most ${MOST_SENSITIVE}`);
  const all = [...quasi, ...sensitive];
  const twice = all.findIndex((name, at) => all.indexOf(name) < at);
  if (twice >= 0)
    throw badInput(pathOf(twice < quasi.length ? 'quasi' : 'sensitive'), `names ${all[twice]}, which is named before`);
}
