import { isRunning, type ProcessIdentity } from './process-identity.js';

const WATCH_EVERY_MS = 200;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** Says what the supervisor does. */
export interface SupervisorLog {
  warn(message: string): void;
  error(message: string): void;
}

/** Watches the database of a live server and starts it again, on the same port and files, whenever it has ended. */
export class DatabaseSupervisor {
  private stopped = false;
  private readonly watching: Promise<void>;
  private wake: () => void = () => {};

  constructor(
    private database: ProcessIdentity,
    private readonly restart: () => Promise<ProcessIdentity>,
    private readonly log: SupervisorLog,
  ) {
    this.watching = this.watch();
  }

  /** Ends the watch, after a restart that is under way; gives the process that runs now. */
  async stop(): Promise<ProcessIdentity> {
    this.stopped = true;
    this.wake();
    await this.watching;
    return this.database;
  }

  private async watch(): Promise<void> {
    while (!this.stopped) {
      if (!isRunning(this.database)) await this.bringBack();
      await this.pause(WATCH_EVERY_MS);
    }
  }

  private async bringBack(): Promise<void> {
    this.log.warn('The database has ended; starting it again.');
    for (let pause = FIRST_PAUSE_MS; !this.stopped; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        this.database = await this.restart();
        this.log.warn('The database runs again.');
        return;
      } catch (error) {
        this.log.error(`The database doesn't start: ${error instanceof Error ? error.message : String(error)}`);
        await this.pause(pause);
      }
    }
  }

  private pause(milliseconds: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      timer.unref();
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
