/** How many last words, one an account and matter, a profile keeps of a kind of facts. */
const MOST_LAST_WORDS = 400;

/** Something that was said of accounts and holds until something else is said. */
export interface Word {
  readonly id: string;
  readonly at: Date;
  /** False: taken back, which is the stricter. */
  readonly granted: boolean;
  /** Sorted. */
  readonly accountIds: readonly string[];
}

/** The last words of some accounts. */
export interface LastWords<T extends Word> {
  /** The newest first. */
  readonly entries: readonly T[];
  /** Whether more was said than is kept. */
  readonly leftOut: boolean;
}

/** Whether a word was said after another: by time; of the same moment a withdrawal is the later, then the higher id. */
export function comesAfter(a: Word, b: Word): boolean {
  if (a.at.getTime() !== b.at.getTime()) return a.at > b.at;
  return a.granted === b.granted ? a.id > b.id : !a.granted;
}

function laterFirst(a: OfAccount<Word>, b: OfAccount<Word>): number {
  if (a.word.id === b.word.id) return a.accountId < b.accountId ? -1 : 1;
  return comesAfter(a.word, b.word) ? -1 : 1;
}

/** The last word of one account on one matter. */
interface OfAccount<T> {
  readonly word: T;
  readonly accountId: string;
}

/** The last words among those in any order, the 400 said last; `leftOut` where it is known that there were more. */
export function lastWords<T extends Word>(
  words: readonly T[],
  matterOf: (word: T) => string,
  leftOut = false,
): LastWords<T> {
  const last = new Map<string, OfAccount<T>>();
  for (const word of words) {
    const matter = matterOf(word);
    for (const accountId of word.accountIds) {
      const known = last.get(accountId + matter);
      if (!known || comesAfter(word, known.word)) last.set(accountId + matter, { word, accountId });
    }
  }
  const kept = [...last.values()].sort(laterFirst).slice(0, MOST_LAST_WORDS);
  const entries = new Map<string, T & { accountIds: string[] }>();
  for (const { word, accountId } of kept) {
    const entry = entries.get(word.id) ?? { ...word, accountIds: [] };
    entry.accountIds.push(accountId);
    entries.set(word.id, entry);
  }
  return { entries: [...entries.values()], leftOut: leftOut || last.size > MOST_LAST_WORDS };
}

/** Several lists of last words as one, in any order and grouping; undefined where none says anything. */
export function joinLastWords<T extends Word>(
  parts: readonly LastWords<T>[],
  matterOf: (word: T) => string,
): LastWords<T> | undefined {
  const [first, ...others] = parts.filter(({ entries, leftOut }) => entries.length > 0 || leftOut);
  if (!first || others.length === 0) return first;
  const all = [first, ...others];
  return lastWords(
    all.flatMap(({ entries }) => entries),
    matterOf,
    all.some(({ leftOut }) => leftOut),
  );
}
