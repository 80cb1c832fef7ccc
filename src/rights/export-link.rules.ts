const HOUR_MS = 3_600_000;
const HOURS_OF_A_LINK = 24;
const FILE = /^(?:data\.json|[a-z_]{1,40}\.csv)$/;
const EXPIRES = /^\d{13}$/;

/** Where exports are fetched. */
export const EXPORT_PATH = '/v1/privacy-exports';
/** How long what was exported is kept. */
export const DAYS_EXPORTED = 7;

/** What a link leads to: all files of one export, until a moment. */
export interface ExportLink {
  readonly tenantId: string;
  readonly requestId: string;
  readonly file: string;
  /** Milliseconds. */
  readonly expires: number;
}

/** When a link that is given out now ceases to work: after a day, and no later than the export is deleted. */
export function expiryOf(now: Date, exportedUntil: Date): number {
  return Math.min(now.getTime() + HOURS_OF_A_LINK * HOUR_MS, exportedUntil.getTime());
}

/** A link, relative to the address of the API. */
export function pathOf({ tenantId, requestId, file, expires }: ExportLink, signature: string): string {
  return `${EXPORT_PATH}/${tenantId}/${requestId}/${file}?expires=${expires}&signature=${signature}`;
}

/** Whether a text may name a file of an export: nothing that leads elsewhere. */
export function isExportedFile(file: string): boolean {
  return FILE.test(file);
}

/** The moment that a link says; undefined where it says none. */
export function readExpiry(text: unknown): number | undefined {
  return typeof text === 'string' && EXPIRES.test(text) ? Number(text) : undefined;
}
