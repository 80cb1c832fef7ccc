import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditFact } from '../../src/audit/audit-chain.rules.js';
import { AuditEntryStore, type StoredEntry } from '../../src/audit/audit-entry.store.js';
import { AuditInboxStore } from '../../src/audit/audit-inbox.store.js';
import { AUDIT_LANES } from '../../src/audit/audit-lanes.rules.js';
import { AuditLogStore } from '../../src/audit/audit-log.store.js';
import { HeadFiles } from '../../src/audit/head-place.js';
import { MerkleReader } from '../../src/audit/merkle-reader.js';
import { SequencingService } from '../../src/audit/sequencing.service.js';
import { VerificationService } from '../../src/audit/verification.service.js';
import type { TenantContext } from '../../src/platform/context.js';
import type { Database } from '../../src/platform/database.js';
import type { Failures } from './failing-database.js';
import { OwnDatabase } from './own-database.js';

const MOST_ITEMS = 50;

/** A database and a folder in which logs are written, by as many sequencers as a test likes. */
export class AuditWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'tributary-audit-'));

  private constructor(readonly own: OwnDatabase) {}

  static async create(): Promise<AuditWorld> {
    return new AuditWorld(await OwnDatabase.create());
  }

  get database(): Database {
    return this.own.database;
  }

  get inbox(): AuditInboxStore {
    return new AuditInboxStore(this.database);
  }

  /** A process that writes logs over this database, or over one that fails at times. */
  sequencer(database: Database = this.database): { turn(ctx: TenantContext, epoch?: number): Promise<boolean> } {
    const inbox = new AuditInboxStore(database);
    const stores = [new AuditEntryStore(database), new AuditLogStore(database)] as const;
    const sequencing = new SequencingService(inbox, ...stores, new HeadFiles(this.folder));
    const turn = async (ctx: TenantContext, epoch = 1) => {
      const told = (await inbox.find(AUDIT_LANES.names, [], MOST_ITEMS)).filter(
        ({ tenantId }) => tenantId === ctx.tenantId,
      );
      if (told.length === 0) return false;
      await sequencing.take(ctx, told, epoch);
      return true;
    };
    return { turn };
  }

  /** Takes in all that waits. */
  async settle(ctx: TenantContext, epoch = 1): Promise<void> {
    const { turn } = this.sequencer();
    while (await turn(ctx, epoch));
  }

  verify(ctx: TenantContext) {
    const entries = new AuditEntryStore(this.database);
    const merkle = new MerkleReader(entries);
    const parts = { entries, logs: new AuditLogStore(this.database), heads: new HeadFiles(this.folder), merkle };
    return new VerificationService(parts).verify(ctx);
  }

  async entries(ctx: TenantContext): Promise<StoredEntry[]> {
    return collected(new AuditEntryStore(this.database).inOrder(ctx));
  }

  async drop(): Promise<void> {
    await this.own.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const COMMANDS: ReadonlySet<string | symbol> = new Set(['findByKeys', 'insertNew', 'insertInOrder', 'updateEach']);

/** A database every command of which, save finding what waits, is counted and may be the last. */
export function stoppingDatabase(database: Database, failures: Failures): Database {
  const counted = <T extends object>(owner: T, names: ReadonlySet<string | symbol>): T =>
    new Proxy(owner, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        if (names.has(name)) return (...args: unknown[]) => failures.run(member.bind(target), args);
        if (name === 'collection')
          return (type: never) => counted(database.collection(type) as object, new Set(['deleteMany']));
        return member.bind(target);
      },
    });
  return counted(database, COMMANDS);
}

/** A fact that is told from others by its subject. */
export function factOf(subject: string, at = new Date()): AuditFact {
  return { at: at.toISOString(), actor: 'tester', action: 'test', subject, outcome: 'OK', details: { n: 1 } };
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
