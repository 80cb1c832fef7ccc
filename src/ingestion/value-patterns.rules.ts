const STAR = '*';
/** Fewer characters besides stars would match nearly every value. */
const FEWEST_CHARACTERS = 3;
/** So much of a pattern's longest part is looked for in a value before the whole pattern is. */
const LONGEST_ANCHOR = 16;

/** The texts between a pattern's stars: of `a*b` that begins and ends with no star, the first and the last are not empty. */
type Parts = readonly string[];

/** Whether a text with stars matches too much to be a pattern: fewer than three of its characters are no stars. */
export function isTooWide(text: string): boolean {
  return text.includes(STAR) && text.replaceAll(STAR, '').length < FEWEST_CHARACTERS;
}

/** Whether a text is a pattern: a star stands for any run of characters, also for none. */
export function isPattern(text: string): boolean {
  return text.includes(STAR) && !isTooWide(text);
}

/** Patterns by one of their parts: those whose part a value does not have at that place are not looked at. */
class PatternsByAnchor {
  private readonly patterns = new Map<string, Parts[]>();
  private readonly lengths = new Set<number>();

  add(anchor: string, parts: Parts): void {
    this.lengths.add(anchor.length);
    const others = this.patterns.get(anchor);
    if (others) others.push(parts);
    else this.patterns.set(anchor, [parts]);
  }

  matchAtStart(value: string): boolean {
    return this.some((length) => this.match(value, value.slice(0, length)));
  }

  matchAtEnd(value: string): boolean {
    return this.some((length) => length <= value.length && this.match(value, value.slice(-length)));
  }

  matchAnywhere(value: string): boolean {
    const tried = new Set<string>();
    return this.some((length) => {
      for (let at = 0; at + length <= value.length; at++) {
        const anchor = value.slice(at, at + length);
        if (!this.patterns.has(anchor) || tried.has(anchor)) continue;
        if (this.match(value, anchor)) return true;
        tried.add(anchor);
      }
      return false;
    });
  }

  private some(matchesBy: (length: number) => boolean): boolean {
    for (const length of this.lengths) if (matchesBy(length)) return true;
    return false;
  }

  private match(value: string, anchor: string): boolean {
    return this.patterns.get(anchor)?.some((parts) => hasParts(value, parts)) ?? false;
  }
}

/**
 * Tells whether a value is matched, from its first to its last character, by any of many patterns. A pattern is looked at
 * where the value has the beginning of its longest part, and costs time in proportion to the lengths of both.
 */
export class ValuePatterns {
  private readonly atStart = new PatternsByAnchor();
  private readonly atEnd = new PatternsByAnchor();
  private readonly anywhere = new PatternsByAnchor();

  constructor(patterns: Iterable<string>) {
    for (const pattern of new Set(patterns)) this.add(pattern.split(/\*+/u));
  }

  match(value: string): boolean {
    return this.atStart.matchAtStart(value) || this.atEnd.matchAtEnd(value) || this.anywhere.matchAnywhere(value);
  }

  private add(parts: Parts): void {
    const longest = Math.max(...parts.map(({ length }) => length));
    const at = parts.findIndex(({ length }) => length === longest);
    const part = parts[at] ?? '';
    if (at === 0) this.atStart.add(part.slice(0, LONGEST_ANCHOR), parts);
    else if (at === parts.length - 1) this.atEnd.add(part.slice(-LONGEST_ANCHOR), parts);
    else this.anywhere.add(part.slice(0, LONGEST_ANCHOR), parts);
  }
}

/** Whether a value begins with the first part, ends with the last, and has the others in between, one after another. */
function hasParts(value: string, parts: Parts): boolean {
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  const end = value.length - last.length;
  let at = first.length;
  if (at > end || !value.startsWith(first) || !value.endsWith(last)) return false;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
