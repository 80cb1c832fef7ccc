/** What a person is known by, as it is looked for in text. */
export interface Mentioned {
  /** Identifiers by type and value, where both are told. */
  readonly typed: ReadonlySet<string>;
  /** What tells of the person wherever it stands: long enough not to stand there by chance. */
  readonly telling: ReadonlySet<string>;
}

/** Shorter values stand in texts about others, too. */
const FEWEST_CHARACTERS = 6;
/** A national number without its trunk digit: what all spellings of a phone have in common. */
const DIGITS_OF_PHONE = 10;
const FEWEST_DIGITS = 7;
const DIGIT_RUNS = /\d(?:[\s().-]{0,3}\d){6,20}/g;
const WORDS = /[^\s,;"'<>(){}[\]|，；。（）]+/g;
const LONGEST_TEXT = 262_144;
const DEEPEST = 200;

function plain(text: string): string {
  return text.trim().toLowerCase();
}

function phone(text: string): string | undefined {
  const digits = text.replace(/\D/g, '');
  return digits.length < FEWEST_DIGITS ? undefined : `tel ${digits.slice(-DIGITS_OF_PHONE)}`;
}

/** What to look for, to find where people with these identifiers or ids are mentioned. */
export function mentionedBy(
  identifiers: Iterable<{ readonly type: string; readonly value: string }>,
  ids: Iterable<string> = [],
): Mentioned {
  const typed = new Set<string>();
  const telling = new Set<string>([...ids].map(plain));
  for (const { type, value } of identifiers) {
    typed.add(`${type} ${plain(value)}`);
    const number = type === 'PHONE' ? phone(value) : undefined;
    if (number) telling.add(number);
    if (value.length >= FEWEST_CHARACTERS) telling.add(plain(value));
  }
  return { typed, telling };
}

/** Whether a value as JSON holds it, at any depth down to 200, mentions the person; texts are looked through to 256 kB. */
export function mentions(value: unknown, of: Mentioned): boolean {
  for (const part of partsOf(value)) {
    if (typeof part === 'object' ? isTyped(part, of) : isTelling(String(part), of)) return true;
  }
  return false;
}

/** The objects, texts and numbers in a value, with itself. */
function* partsOf(value: unknown): Generator<object | string | number> {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: one, depth } = next;
    if (typeof one === 'string' || typeof one === 'number') yield one;
    if (typeof one !== 'object' || one === null || depth >= DEEPEST) continue;
    yield one;
    for (const inner of Object.values(one)) open.push({ value: inner, depth: depth + 1 });
  }
}

function isTyped(one: object, { typed }: Mentioned): boolean {
  const { type, value } = one as { type?: unknown; value?: unknown };
  return typeof type === 'string' && value !== undefined && typed.has(`${type} ${plain(String(value))}`);
}

function isTelling(given: string, { telling }: Mentioned): boolean {
  const text = given.slice(0, LONGEST_TEXT);
  if (telling.has(plain(text))) return true;
  for (const [run] of text.matchAll(DIGIT_RUNS)) if (telling.has(phone(run) ?? '')) return true;
  for (const [word] of text.matchAll(WORDS)) if (telling.has(plain(word))) return true;
  return false;
}
