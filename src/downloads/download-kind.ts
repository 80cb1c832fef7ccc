/** What is made to be fetched: all that is stored of a person, an anonymous table, all that is stored of a tenant. */
export enum DownloadKind {
  PERSON = 'PERSON',
  TABLE = 'TABLE',
  TENANT = 'TENANT',
}

/** How much may be kept, in bytes as they are fetched. */
export interface DownloadLimits {
  /** In one. */
  readonly each: number;
  /** In those of a tenant and kind together, before another is begun. */
  readonly all: number;
  /** Until it is deleted, in hours. */
  readonly hours: number;
}

const MIB = 1_048_576;
const DAY = 24;
const WEEK = 7 * DAY;

/** How much may be kept of each kind, and for how long. */
export const DOWNLOAD_LIMITS: Readonly<Record<DownloadKind, DownloadLimits>> = {
  PERSON: { each: 512 * MIB, all: 4_096 * MIB, hours: WEEK },
  TABLE: { each: 512 * MIB, all: 4_096 * MIB, hours: DAY },
  TENANT: { each: 16_384 * MIB, all: 16_384 * MIB, hours: WEEK },
};
