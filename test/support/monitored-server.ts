import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandLog, MONITORED_PROGRAM } from './command-log.js';
import { type SpawnedServer, spawnServer } from './spawned-server.mjs';
import { testServer } from './test-server.js';

/** A second server on the test server's database, whose commands are watched. */
export class MonitoredServer {
  private constructor(
    readonly url: string,
    readonly commands: CommandLog,
    private readonly server: SpawnedServer,
    private readonly folder: string,
  ) {}

  /** `settings` stand above what the test server was started with. */
  static async start(settings: NodeJS.ProcessEnv = {}): Promise<MonitoredServer> {
    const { databaseUri, databaseName, jwtSecret, masterKey } = testServer();
    const folder = mkdtempSync(join(tmpdir(), 'tributary-monitored-'));
    const commands = new CommandLog(folder);
    const uri = new URL(databaseUri);
    uri.pathname = databaseName;
    const ours = {
      PORT: '0',
      HOST: '127.0.0.1',
      DEMO: 'off',
      NODE_ENV: 'test',
      LOG_LEVEL: 'error',
      CLOCK_OFFSET: '',
      WORKER: 'off',
    };
    const shared = { JWT_SECRET: jwtSecret, MASTER_KEY: masterKey, MONGODB_URI: uri.href, DATA_DIR: folder };
    const environment = { ...process.env, ...ours, ...shared, COMMANDS_FILE: commands.file, ...settings };
    const server = spawnServer(environment, { program: MONITORED_PROGRAM });
    return new MonitoredServer(await server.ready, commands, server, folder);
  }

  async close(): Promise<void> {
    this.server.child.kill('SIGTERM');
    await this.server.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
