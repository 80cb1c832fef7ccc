import { setImmediate as turn } from 'node:timers/promises';

/** A step that goes on while others are prepared: who awaits it learns of its failure, and no one else has to. */
export function underWay<T>(step: Promise<T>): Promise<T> {
  step.catch(() => undefined);
  return step;
}

/** Lets a command that was begun leave for the database, so that what comes next is done while the database works. */
export function onceSent(): Promise<void> {
  return turn();
}
