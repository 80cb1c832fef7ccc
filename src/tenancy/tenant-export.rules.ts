/** What the files of an export are, should their form ever change. */
const FORMAT = 'tributary-tenant/1';

/** A file of an export. */
export interface ExportedFile {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where an export has come to. */
export interface ExportPlace {
  readonly exportedAt: string;
  /** Which collection. */
  readonly at: number;
  /** The key of its last document that is kept; null before the first. */
  readonly after: string | null;
  /** How many pieces of its file are kept, and how many rows those hold. */
  readonly pieces: number;
  readonly rows: number;
  /** How much is kept, in all files. */
  readonly bytes: number;
  /** How many documents were told as they are stored, since nothing opens them. */
  readonly unreadable: number;
  /** Those that are whole. */
  readonly files: readonly ExportedFile[];
}

/** The place before everything. */
export function firstPlace(now: Date): ExportPlace {
  const nothing = { at: 0, after: null, pieces: 0, rows: 0, bytes: 0, unreadable: 0, files: [] };
  return { exportedAt: now.toISOString(), ...nothing };
}

/** The place behind a collection, whose file is whole. */
export function behindCollection(place: ExportPlace, file: ExportedFile): ExportPlace {
  const files = [...place.files, file];
  const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
  return { ...place, at: place.at + 1, after: null, pieces: 0, rows: 0, bytes, files };
}

/** The name of the file of a collection: lines of JSON, compressed. */
export function fileOf(collection: string): string {
  return `${collection}.jsonl.gz`;
}

/** How many rows each file has, by its collection. */
export function countsOf(files: readonly ExportedFile[]): Record<string, number> {
  return Object.fromEntries(files.map(({ name, rows }) => [name.slice(0, name.indexOf('.')), rows]));
}

/** A row as a line: bytes, which only this product reads, are left out. */
export function lineOf(told: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(told, withoutBytes)}\n`;
}

function withoutBytes(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Readonly<Record<string, unknown>>)[key]; // Buffers are objects by the time they come as values
  if (original instanceof Uint8Array) return undefined;
  return typeof value === 'bigint' ? String(value) : value;
}

/** The manifest of an export: each file with what it holds, and what was left out. */
export function manifestOf(
  tenant: string,
  { exportedAt, files, unreadable }: ExportPlace,
  leftOut: Readonly<Record<string, string>>,
): string {
  return `${JSON.stringify({ format: FORMAT, tenant, exportedAt, files, unreadable, leftOut }, null, 2)}\n`;
}
