import { underWay } from '../platform/under-way.js';
import type { JobRun } from './job-kind.js';

/** Tells a job how far it is from where nothing can be awaited: one write at a time, of what was told last. */
export class LatestShare {
  private latest: number | undefined;
  private writing: Promise<void> = Promise.resolve();
  private isWriting = false;

  constructor(private readonly job: Pick<JobRun, 'progress'>) {}

  tell(share: number): void {
    this.latest = share;
    if (this.isWriting) return;
    this.isWriting = true;
    this.writing = underWay(this.write());
  }

  /** When all is written; throws what `progress` threw. */
  settled(): Promise<void> {
    return this.writing;
  }

  /** After a failure nothing more is written: the job's next safe point meets it too. */
  private async write(): Promise<void> {
    while (this.latest !== undefined) {
      const share = this.latest;
      this.latest = undefined;
      await this.job.progress(share);
    }
    this.isWriting = false;
  }
}
