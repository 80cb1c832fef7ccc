import { jest } from '@jest/globals';
import { type App, createApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { Database } from '../../src/platform/database.js';
import { createLogger } from '../../src/platform/logger.js';
import { testServer } from './test-server.js';

/** One command that the driver sent. */
export interface SentCommand {
  readonly name: string;
  readonly collection: string;
  readonly command: Readonly<Record<string, unknown>>;
}

/** An application in this process on the test server's database, whose commands are watched. */
export class MonitoredApp {
  private readonly seen: SentCommand[] = [];

  private constructor(private readonly app: App) {}

  static async start(): Promise<MonitoredApp> {
    const { databaseUri, dataDir, jwtSecret, masterKey } = testServer();
    const env = { PORT: '0', DEMO: 'off', NODE_ENV: 'test', DATA_DIR: dataDir };
    const config = loadConfig({ ...env, JWT_SECRET: jwtSecret, MASTER_KEY: masterKey });
    const uri = `${databaseUri}&monitorCommands=true`;
    const connect = jest.spyOn(Database, 'connect');
    const app = await createApp({ config, uri, logger: createLogger('error') });
    const database = (await connect.mock.results[0]?.value) as Database | undefined;
    connect.mockRestore();
    const monitored = new MonitoredApp(app);
    database?.connection.getClient().on('commandStarted', ({ commandName, command }) => {
      monitored.seen.push({ name: commandName, collection: String(command[commandName]), command });
    });
    return monitored;
  }

  get url(): string {
    return this.app.url;
  }

  /** The commands that `work` caused. */
  async during(work: () => Promise<unknown>): Promise<readonly SentCommand[]> {
    this.seen.length = 0;
    await work();
    return [...this.seen];
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
