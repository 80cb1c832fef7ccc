/** Why a job stops before its end. */
export type StopReason = 'CANCELLED' | 'LOST' | 'HANDED_OVER';

/** Thrown at a safe point of a job that is to stop. */
export class JobStopped extends Error {
  constructor(readonly reason: StopReason) {
    super(`The job is to stop: ${reason}.`);
  }
}

/** Whether another process is to go on with a job that stops: not where somebody has cancelled it. */
export function isGoneOnWith({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof JobStopped && reason.reason === 'CANCELLED');
}
