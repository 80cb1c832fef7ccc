import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { keyOf } from '../platform/ids.js';
import { openBytes, placeOf, sealBytes } from '../platform/seal.js';
import type { Suite } from '../platform/suites/suite.js';
import { suiteNamed } from '../platform/suites/suites.js';
import { startOfChain } from './audit-chain.rules.js';
import { AuditLog } from './audit-log.entity.js';
import { HeadSigner } from './head-signer.js';

/** Where a log comes to with one more piece of it. */
export type LogState = Pick<AuditLog, 'size' | 'lastHash' | 'frontier' | 'head' | 'taken'>;

/** The logs of the tenants. */
export class AuditLogStore {
  constructor(private readonly database: Database) {}

  /** The log of a tenant; undefined before its first entry. One command. */
  async find({ tenantId }: TenantContext): Promise<AuditLog | undefined> {
    return (await this.database.findByKeys(AuditLog, [keyOfLog(tenantId)]))[0];
  }

  /** The log of a tenant, which is begun where there is none, by the tenant's suite and with a key of its own. Two commands at most. */
  async open(ctx: TenantContext): Promise<AuditLog> {
    const known = await this.find(ctx);
    if (known) return known;
    const _id = keyOfLog(ctx.tenantId);
    const suite = suiteNamed(ctx.settings.suite);
    const { privateKey, publicKey } = suite.newSigningPair();
    const own = { suite: suite.name, publicKey: publicKey.toString('base64') };
    const sealedKey = sealBytes(ctx.keys.data, placeOfKey(_id), privateKey);
    const start = { size: 0, lastHash: startOfChain(suite).hash, frontier: [], head: null, taken: [] };
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
  signerOf(ctx: TenantContext, log: AuditLog): HeadSigner {
    const privateKey = openBytes(ctx.keys.data, placeOfKey(log._id), log.sealedKey);
    return new HeadSigner(suiteOf(ctx, log), privateKey, log.publicKey);
  }
}

/** The suite that a log was begun with and keeps; before its first entry the tenant's. */
export function suiteOf({ settings }: TenantContext, log: Pick<AuditLog, 'suite'> | undefined): Suite {
  return suiteNamed(log?.suite ?? settings.suite);
}

function keyOfLog(tenantId: string): string {
  return keyOf(tenantId, 'log');
}

function placeOfKey(key: string): string {
  return placeOf('audit_logs', key);
}
