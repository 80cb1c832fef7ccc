import { readFileSync } from 'node:fs';
import { systemCode } from './start-error.js';

/** Names one process and not a later one that got the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the kernel started it, in the kernel's own count; empty where the system doesn't tell. */
  readonly started: string;
}

const START_TIME_FIELD = 19;

/** The identity of a process that runs now. */
export function identityOf(pid: number): ProcessIdentity {
  return { pid, started: stateOf(pid)?.started ?? '' };
}

/** Whether that very process still runs; one that ended and wasn't reaped yet doesn't. */
export function isRunning(process: ProcessIdentity): boolean {
  const state = stateOf(process.pid);
  if (!state) return canSignal(process.pid) && process.started === '';
  return state.alive && (process.started === '' || state.started === process.started);
}

/** Sends a signal to that very process, if it still runs. */
export function signal(target: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isRunning(target)) return;
  try {
    process.kill(target.pid, name);
  } catch {
    // It ended between the two calls.
  }
}

/** Waits until that process has ended; false where it outlives the limit. */
export async function hasEnded(target: ProcessIdentity, limitMs: number): Promise<boolean> {
  const limit = Date.now() + limitMs;
  while (isRunning(target)) {
    if (Date.now() > limit) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}

function canSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

function stateOf(pid: number): { alive: boolean; started: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { alive: fields[0] !== 'Z' && fields[0] !== 'X', started: `${bootId()}:${fields[START_TIME_FIELD]}` };
  } catch {
    return undefined;
  }
}

let knownBootId: string | undefined;

function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  return knownBootId;
}
