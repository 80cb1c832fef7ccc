import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { loadConfig } from '../../src/config.js';
import { Database } from '../../src/platform/database.js';
import { masterKeysOf } from '../../src/platform/key-provider.js';
import { isRunning, type ProcessIdentity } from '../../src/platform/launch/process-identity.js';
import type { Settings } from '../../src/tenants/tenant.entity.js';
import { TenantService } from '../../src/tenants/tenant.service.js';
import { TenantStore } from '../../src/tenants/tenant.store.js';
import { ApiClient } from './api-client.js';
import { CommandLog, MONITORED_PROGRAM } from './command-log.js';
import { type SpawnedServer, spawnServer } from './spawned-server.mjs';

interface DatabaseRecord {
  readonly uri: string;
  readonly name: string;
  readonly own: { readonly process: ProcessIdentity };
}

/** A server with a data folder and a database of a test's own, to be killed, restarted and looked into. */
export class OwnServer {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'tributary-own-'));
  /** All that its processes have printed. */
  printed = '';
  readonly commands = new CommandLog(this.dataDir);
  url = '';
  private readonly jwtSecret = randomBytes(32).toString('base64url');
  private readonly masterKey = randomBytes(32).toString('base64url');
  private process: SpawnedServer | undefined;

  constructor(
    private readonly logLevel: string,
    private readonly options: { readonly monitored?: boolean; readonly environment?: NodeJS.ProcessEnv } = {},
  ) {}

  /** What the server, and a command beside it, is started with. */
  get environment(): NodeJS.ProcessEnv {
    const ours = { PORT: '0', HOST: '127.0.0.1', DEMO: 'off', NODE_ENV: 'test', MONGODB_URI: '' };
    const secrets = { DATA_DIR: this.dataDir, JWT_SECRET: this.jwtSecret, MASTER_KEY: this.masterKey };
    const logs = { LOG_LEVEL: this.logLevel, COMMANDS_FILE: this.commands.file };
    return { ...process.env, ...ours, ...secrets, ...logs, ...this.options.environment };
  }

  async start(): Promise<void> {
    this.process = spawnServer(this.environment, {
      program: this.options.monitored ? MONITORED_PROGRAM : undefined,
      onOutput: (text) => {
        this.printed += text;
      },
    });
    this.url = await this.process.ready;
  }

  /** Ends the server without a warning; its database goes on. */
  async kill(): Promise<void> {
    this.process?.child.kill('SIGKILL');
    await this.process?.ended;
  }

  /** Holds up the database: its connections stay open and nothing answers. */
  freezeDatabase(): void {
    process.kill(this.database.own.process.pid, 'SIGSTOP');
  }

  /** Ends the database without a warning. */
  killDatabase(): void {
    process.kill(this.database.own.process.pid, 'SIGKILL');
  }

  /** Ends both in good order. */
  async stop(): Promise<number | null> {
    this.terminate();
    return this.ended();
  }

  /** Its exit code, once it has ended. */
  async ended(): Promise<number | null> {
    return (await this.process?.ended) ?? null;
  }

  /** Tells the server to end. */
  terminate(): void {
    this.process?.child.kill('SIGTERM');
  }

  /** Ends what still runs, and removes what was stored. */
  async dispose(): Promise<void> {
    const database = this.recorded();
    await this.kill();
    if (database?.own && isRunning(database.own.process)) process.kill(database.own.process.pid, 'SIGKILL');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async createTenant(tenantId: string, settings: Pick<Partial<Settings>, 'suite'> = {}): Promise<void> {
    const masterKeys = masterKeysOf(loadConfig(this.environment));
    await this.withDatabase((database) =>
      new TenantService(new TenantStore(database), masterKeys, () => new Date()).createTenant(tenantId, settings),
    );
  }

  /** Runs `work` with a connection of the test's own to the server's database. */
  async withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const { uri, name } = this.database;
    const database = await Database.connect(uri, { dbName: name });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }

  /** A caller with these roles, of the server as it runs now. */
  client(tenant: string, roles: readonly string[] = ['ADMIN']): ApiClient {
    return new ApiClient(this.url, this.token(tenant, roles));
  }

  /** A user token, which holds for ten days: also where the server's clock runs ahead. */
  token(tenant: string, roles: readonly string[] = ['ADMIN']): string {
    const exp = Math.floor(Date.now() / 1_000) + 864_000;
    const { JWT_SECRET = '' } = this.environment;
    return jwt.sign({ sub: 'tester', tenant, roles, exp }, JWT_SECRET);
  }

  /** Another server, not started yet, on this one's database, reached under `uri` or as this one does. */
  beside(environment: NodeJS.ProcessEnv = {}, uri = this.databaseUri): OwnServer {
    const { JWT_SECRET, MASTER_KEY } = this.environment;
    const shared = { JWT_SECRET, MASTER_KEY, MONGODB_URI: uri };
    return new OwnServer(this.logLevel, { environment: { ...shared, ...environment } });
  }

  /** Where its database is. */
  get databaseUri(): string {
    const { uri, name } = this.database;
    const named = new URL(uri);
    named.pathname = name;
    return named.href;
  }

  private get database(): DatabaseRecord {
    const record = this.recorded();
    if (!record) throw new Error('The server has started no database.');
    return record;
  }

  private recorded(): DatabaseRecord | undefined {
    try {
      return JSON.parse(readFileSync(join(this.dataDir, 'database.json'), 'utf8')) as DatabaseRecord;
    } catch {
      return undefined;
    }
  }
}
