import { Attribute, Collection } from '../platform/entity.js';
import type { DownloadKind } from './download-kind.js';

/** A file of what is to be fetched. */
export interface DownloadFile {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of its bytes as they are fetched, in hexadecimal. */
  readonly sha256: string;
  /** Of lines of JSON: how many. */
  readonly rows?: number;
}

const EXPIRING = { keys: { expiresAt: 1 }, options: { expireAfterSeconds: 0 } } as const;

/** What is made to be fetched by a signed link: its files lie in pieces. */
@Collection({ collection: 'downloads', indexes: [EXPIRING, { keys: { tenantId: 1, kind: 1 } }] })
export class Download {
  @Attribute(() => String, { hidden: true, description: 'tenant:download' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true })
  kind!: DownloadKind;

  @Attribute(() => String, { hidden: true, description: 'The id of whom or what it is about, for the audit log.' })
  about!: string;

  @Attribute(() => Number, {
    hidden: true,
    description: 'Grows each time somebody begins or goes on with it: whoever did before can write nothing more.',
  })
  attempt!: number;

  @Attribute(() => Number, { hidden: true, description: 'How much it comes to, in all its files.' })
  bytes!: number;

  @Attribute(() => Object, { hidden: true, description: 'Null until it is whole, and can be fetched.' })
  files!: readonly DownloadFile[] | null;

  @Attribute(() => Date, { hidden: true })
  createdAt!: Date;

  @Attribute(() => Date, { hidden: true })
  expiresAt!: Date;
}

/** A part of a file, sealed under the tenant's data key. */
@Collection({ collection: 'download_pieces', indexes: [EXPIRING, { keys: { tenantId: 1, downloadId: 1 } }] })
export class DownloadPiece {
  @Attribute(() => String, { hidden: true, description: 'tenant:download:file:number' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true })
  downloadId!: string;

  @Attribute(() => Number, { hidden: true, description: 'By which attempt it was written.' })
  attempt!: number;

  @Attribute(() => Buffer, { hidden: true })
  sealed!: Buffer;

  @Attribute(() => Boolean, { hidden: true, description: 'Whether the file ends with it; its seal says so too.' })
  isLast!: boolean;

  @Attribute(() => Date, { hidden: true })
  expiresAt!: Date;
}
