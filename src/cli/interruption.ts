import { StartError } from '../platform/launch/start-error.js';

/** Runs a step that leaves no half a file behind when it is interrupted: SIGINT and SIGTERM are its signal. */
export async function uninterrupted<T>(step: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new StartError('Interrupted: nothing was written.'));
  // under npx one Ctrl-C comes twice: the second must not end what the first has begun to end
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await step(interruption.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
