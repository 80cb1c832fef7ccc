import { isJunkIdentifier } from '../channels/identifier.rules.js';
import type { IdentifierType } from '../channels/identifier-type.js';
import { parseEmail, parsePhone, phonePatterns } from './normalise.rules.js';
import { cleanIdentifier } from './text.rules.js';
import { isPattern, isTooWide, ValuePatterns } from './value-patterns.rules.js';

/** What of a tenant's settings says which values link nobody. */
export interface BlockingSettings {
  readonly blockedIdentifiers: readonly string[];
  readonly defaultRegion: string;
}

/** A tenant's own values that link nobody: whole ones, and patterns in which `*` stands for any run of characters. */
export class BlockedValues {
  private readonly values: ReadonlySet<string>;
  private readonly patterns: ValuePatterns;
  readonly isEmpty: boolean;

  /** Entries are read in every spelling that values are compared in; `region` is that of phones without a country code. */
  constructor(entries: readonly string[], region: string) {
    const cleaned = entries.map((entry) => cleanIdentifier(entry).toLowerCase());
    const plain = cleaned.filter((entry) => !isPattern(entry));
    const patterns = cleaned.filter(isPattern);
    const read = plain.flatMap((entry) => [entry, parsePhone(entry, region), parseEmail(entry)]);
    this.values = new Set(read.filter((reading) => reading !== undefined));
    this.patterns = new ValuePatterns(patterns.flatMap((pattern) => [pattern, ...phonePatterns(pattern, region)]));
    this.isEmpty = entries.length === 0;
  }

  /** Whether a normalised value is blocked, in capitals or not. */
  has(value: string): boolean {
    if (this.isEmpty) return false;
    const folded = value.toLowerCase();
    return this.values.has(folded) || this.patterns.match(folded);
  }
}

/** Settings are replaced and never changed, so what was read of them holds as long as they are there. */
const blockedBySettings = new WeakMap<BlockingSettings, BlockedValues>();

/** What a tenant blocks: read once for each version of its settings. */
export function blockedBy(settings: BlockingSettings): BlockedValues {
  const known = blockedBySettings.get(settings);
  const blocked = known ?? new BlockedValues(settings.blockedIdentifiers, settings.defaultRegion);
  if (!known) blockedBySettings.set(settings, blocked);
  return blocked;
}

/** Whether an entry of `blockedIdentifiers` is a pattern that would match nearly everything. */
export function blocksTooMuch(entry: string): boolean {
  return isTooWide(cleanIdentifier(entry));
}

/** Whether a normalised value may link those who hold it: it is no junk, and the tenant does not block it. */
export function mayLink(type: IdentifierType, value: string, blocked: BlockedValues): boolean {
  return !isJunkIdentifier(type, value) && !blocked.has(value);
}
