import { inTime } from '../in-time.js';
import { StartError } from './start-error.js';

const STOP_LIMIT_MS = 30_000;
/** One Ctrl-C reaches the process twice under npm: from the terminal, and passed on by npm. */
const ONE_KEYSTROKE_MS = 500;

/** Something that runs until it is stopped. */
interface Stoppable {
  /** How long `stop` may take, where that is not half a minute. */
  readonly stopLimitMs?: number;
  stop(): Promise<void>;
}

/**
 * Starts something and stops it at the first SIGINT or SIGTERM, also one that comes while it starts; a second signal ends
 * the process at once. The exit code is 0 after a drain and 1 after a fault, which is told in one line where a person can
 * mend it.
 */
export async function runUntilSignal(start: () => Promise<Stoppable>, tell: (line: string) => void): Promise<void> {
  const signalled = firstSignal(tell);
  try {
    const running = await start();
    await signalled;
    const limitMs = running.stopLimitMs ?? STOP_LIMIT_MS;
    await inTime(running.stop(), limitMs, `Stopping took longer than ${limitMs / 1000} s.`);
    process.exit(0);
  } catch (error) {
    tell(faultLine(error));
    process.exit(1);
  }
}

/** The line about a fault that ends a command; one that nobody foresaw is shown with the place it comes from. */
export function faultLine(error: unknown): string {
  if (error instanceof StartError) return `Tributary can't start. ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function firstSignal(tell: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const hear = () => {
      if (first !== undefined) {
        if (Date.now() - first > ONE_KEYSTROKE_MS) process.exit(1);
        return;
      }
      first = Date.now();
      tell('Stopping; a second signal ends it at once.');
      resolve();
    };
    process.on('SIGINT', hear);
    process.on('SIGTERM', hear);
  });
}
