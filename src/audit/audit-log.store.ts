import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { keyOf } from '../platform/ids.js';
import { openBytes, placeOf, sealBytes } from '../platform/seal.js';
import { startOfChain } from './audit-chain.rules.js';
import { AuditLog } from './audit-log.entity.js';
import { type HashSuite, SHA_256 } from './audit-suite.js';
import { Ed25519Signer, type HeadSigner } from './head-signer.js';

/** Where a log comes to with one more piece of it. */
export type LogState = Pick<AuditLog, 'size' | 'lastHash' | 'frontier' | 'head' | 'taken'>;

/** The logs of the tenants. */
export class AuditLogStore {
  constructor(private readonly database: Database) {}

  /** The log of a tenant; undefined before its first entry. One command. */
  async find({ tenantId }: TenantContext): Promise<AuditLog | undefined> {
    return (await this.database.findByKeys(AuditLog, [keyOfLog(tenantId)]))[0];
  }

  /** The log of a tenant, which is begun where there is none, with a key of its own. Two commands at most. */
  async open(ctx: TenantContext): Promise<AuditLog> {
    const known = await this.find(ctx);
    if (known) return known;
    const _id = keyOfLog(ctx.tenantId);
    const pkcs8 = Ed25519Signer.newKey();
    const own = { suite: SHA_256.name, publicKey: new Ed25519Signer(pkcs8).publicKey };
    const sealedKey = sealBytes(ctx.keys.data, placeOfKey(_id), pkcs8);
    const start = { size: 0, lastHash: startOfChain(SHA_256).hash, frontier: [], head: null, taken: [] };
    const log = { _id, tenantId: ctx.tenantId, ...own, sealedKey, epoch: 0, ...start };
    const there = await this.database.insertNew(AuditLog, [log]);
    return there.size === 0 ? log : ((await this.find(ctx)) ?? log);
  }

  /** Notes where a log has come to from `before`; false where another sequencer has written it since. One command. */
  async advance(ctx: TenantContext, before: number, state: LogState, epoch: number): Promise<boolean> {
    const filter = { _id: keyOfLog(ctx.tenantId), size: before, epoch: { $lte: epoch } };
    const matched = await this.database.updateEach(AuditLog, [{ filter, update: { $set: { ...state, epoch } } }]);
    return matched === 1;
  }

  /** Signs the heads of a log. */
  signerOf(ctx: TenantContext, { _id, sealedKey }: AuditLog): HeadSigner {
    return new Ed25519Signer(openBytes(ctx.keys.data, placeOfKey(_id), sealedKey));
  }
}

/** The hash function of a log, by the name it was begun with. */
export function suiteOf({ suite }: Pick<AuditLog, 'suite'>): HashSuite {
  if (suite !== SHA_256.name) throw new Error(`The audit log is of the suite ${suite}, which this version knows not.`);
  return SHA_256;
}

function keyOfLog(tenantId: string): string {
  return keyOf(tenantId, 'log');
}

function placeOfKey(key: string): string {
  return placeOf('audit_logs', key);
}
