import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type SpawnedServer, spawnServer } from './spawned-server.mjs';
import { testServer } from './test-server.js';

/** One command that the driver sent. */
export interface SentCommand {
  readonly name: string;
  readonly collection: string;
  readonly command: Readonly<Record<string, unknown>>;
}

/** A second server on the test server's database, whose commands are watched. */
export class MonitoredServer {
  private constructor(
    readonly url: string,
    private readonly server: SpawnedServer,
    private readonly folder: string,
  ) {}

  static async start(): Promise<MonitoredServer> {
    const { databaseUri, databaseName, jwtSecret, masterKey } = testServer();
    const folder = mkdtempSync(join(tmpdir(), 'tributary-monitored-'));
    const uri = new URL(databaseUri);
    uri.pathname = databaseName;
    uri.searchParams.set('monitorCommands', 'true');
    const ours = { PORT: '0', HOST: '127.0.0.1', DEMO: 'off', NODE_ENV: 'test', LOG_LEVEL: 'error', CLOCK_OFFSET: '' };
    const shared = { JWT_SECRET: jwtSecret, MASTER_KEY: masterKey, MONGODB_URI: uri.href, DATA_DIR: folder };
    const server = spawnServer(
      { ...process.env, ...ours, ...shared, COMMANDS_FILE: commandsFile(folder) },
      { program: resolve('test/support/monitored-main.mjs') },
    );
    return new MonitoredServer(await server.ready, server, folder);
  }

  /** The commands that `work` caused, save looking up the tenant: that is remembered for two seconds. */
  async during(work: () => Promise<unknown>): Promise<readonly SentCommand[]> {
    return (await this.allDuring(work)).filter(({ collection }) => collection !== 'tenants');
  }

  /** All commands that `work` caused. */
  async allDuring(work: () => Promise<unknown>): Promise<readonly SentCommand[]> {
    writeFileSync(commandsFile(this.folder), '');
    await work();
    const lines = readFileSync(commandsFile(this.folder), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as SentCommand);
  }

  async close(): Promise<void> {
    this.server.child.kill('SIGTERM');
    await this.server.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function commandsFile(folder: string): string {
  return join(folder, 'commands.jsonl');
}
