import { Attribute, Collection } from '../platform/entity.js';
import type { SuiteName } from '../platform/suites/suite.js';
import type { SignedHead } from './audit-head.rules.js';

/** Where one tenant's log has come to, and the key its heads are signed with. */
@Collection({ collection: 'audit_logs' })
export class AuditLog {
  @Attribute(() => String, { hidden: true, description: 'tenant:log' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, {
    hidden: true,
    description: 'The suite it was begun with: of the hashes of its chain and tree, and its signatures.',
  })
  suite!: SuiteName;

  @Attribute(() => String, {
    hidden: true,
    description: 'Of the signatures: the public key (SubjectPublicKeyInfo), as base64.',
  })
  publicKey!: string;

  @Attribute(() => Buffer, { hidden: true, description: "The private key, sealed under the tenant's data key." })
  sealedKey!: Buffer;

  @Attribute(() => Number, {
    hidden: true,
    description: 'That of the lease it was last written under: a write under an older one finds nothing to change.',
  })
  epoch!: number;

  @Attribute(() => Number, { hidden: true, description: 'How many entries there are.' })
  size!: number;

  @Attribute(() => String, { hidden: true, description: 'The hash of the last entry.' })
  lastHash!: string;

  @Attribute(() => [Buffer], { hidden: true, description: 'The right edge of the Merkle tree, left to right.' })
  frontier!: Buffer[];

  @Attribute(() => Object, { hidden: true, description: 'The newest head; null before the first entry.' })
  head!: SignedHead | null;

  @Attribute(() => [String], { hidden: true, description: 'Keys in the inbox of what was taken in last.' })
  taken!: string[];
}
