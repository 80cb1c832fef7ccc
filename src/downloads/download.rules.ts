const HOUR_MS = 3_600_000;
const HOURS_OF_A_LINK = 24;
const FILE = /^[a-z][a-z0-9_]{0,63}\.(?:json|csv|jsonl\.gz)$/;
const EXPIRES = /^\d{13}$/;
const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  gz: 'application/gzip',
};
const LAST = 'last';

/** Where files are fetched. */
export const DOWNLOAD_PATH = '/v1/downloads';

/** What a link leads to: all files of one download, until a moment. */
export interface DownloadLink {
  readonly tenantId: string;
  readonly downloadId: string;
  readonly file: string;
  /** Milliseconds. */
  readonly expires: number;
}

/** When a link that is given out now ceases to work: after a day, and no later than what it leads to is deleted. */
export function expiryOf(now: Date, keptUntil: Date): number {
  return Math.min(now.getTime() + HOURS_OF_A_LINK * HOUR_MS, keptUntil.getTime());
}

/** A link, relative to the address of the API. */
export function pathOf({ tenantId, downloadId, file, expires }: DownloadLink, signature: string): string {
  return `${DOWNLOAD_PATH}/${tenantId}/${downloadId}/${file}?expires=${expires}&signature=${signature}`;
}

/** Whether a text may name a file: nothing that leads elsewhere. */
export function isFileName(file: string): boolean {
  return FILE.test(file);
}

/** Whether a file is kept and fetched compressed: a gzip member a piece, which together are one file of gzip (RFC 1952, 2.2). */
export function isCompressed(file: string): boolean {
  return file.endsWith('.gz');
}

/** The media type of a file. */
export function mediaTypeOf(file: string): string {
  return TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

/** The moment that a link says; undefined where it says none. */
export function readExpiry(text: unknown): number | undefined {
  return typeof text === 'string' && EXPIRES.test(text) ? Number(text) : undefined;
}

/** What the seal of a piece is bound to besides its place, so that a file whose end was cut off does not open as whole. */
export function boundTo({ isLast }: { readonly isLast: boolean }): string | undefined {
  return isLast ? LAST : undefined;
}
