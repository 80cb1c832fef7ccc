import { availableParallelism } from 'node:os';
import { WorkerThread } from './worker-thread.js';

/** Who waits for a thread. */
interface Waiter {
  begin(): void;
  leave(reason: unknown): void;
}

/** Threads that run one file, for work that would hold up the event loop; each starts when it is first needed. */
export class ThreadPool {
  private readonly idle: WorkerThread[] = [];
  private readonly busy = new Set<WorkerThread>();
  private readonly waiting = new Set<Waiter>();
  private places: number;
  private closedBy: Error | undefined;

  /** At most so many threads at once: by default one fewer than the machine has processors, yet one. */
  constructor(
    private readonly entry: URL,
    most = Math.max(1, availableParallelism() - 1),
  ) {
    this.places = most;
  }

  /**
   * Does work with a thread to itself, once one is free. Where the signal is aborted the thread ends in the middle of
   * what it does, and the work rejects with the signal's reason. A thread whose work fails ends too.
   */
  async use<T>(signal: AbortSignal, work: (thread: WorkerThread) => Promise<T>): Promise<T> {
    await this.place(signal);
    try {
      return await this.withThread(this.freeThread(), signal, work);
    } finally {
      this.giveBackPlace();
    }
  }

  private async withThread<T>(
    thread: WorkerThread,
    signal: AbortSignal,
    work: (thread: WorkerThread) => Promise<T>,
  ): Promise<T> {
    const stop = () => thread.end(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      return await work(thread);
    } catch (error) {
      await thread.end(error as Error); // what is half done in it is nobody's
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', stop);
      this.giveBack(thread);
    }
  }

  /** Ends all threads, also in the middle of work, which rejects. */
  async close(): Promise<void> {
    this.closedBy ??= new Error('The threads are closed.');
    const reason = this.closedBy;
    for (const waiter of this.waiting) waiter.leave(reason);
    await Promise.all([...this.idle.splice(0), ...this.busy].map((thread) => thread.end(reason)));
  }

  /** Waits for a place among the threads. */
  private place(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted || this.closedBy) return reject(signal.reason ?? this.closedBy);
      if (this.places > 0) {
        this.places -= 1;
        return resolve();
      }
      const done = (settle: () => void) => {
        this.waiting.delete(waiter);
        signal.removeEventListener('abort', aborted);
        settle();
      };
      const waiter = { begin: () => done(resolve), leave: (reason: unknown) => done(() => reject(reason)) };
      const aborted = () => waiter.leave(signal.reason);
      signal.addEventListener('abort', aborted, { once: true });
      this.waiting.add(waiter);
    });
  }

  private freeThread(): WorkerThread {
    let thread = this.idle.pop();
    while (thread?.hasEnded) thread = this.idle.pop();
    thread ??= new WorkerThread(this.entry);
    thread.keepProcess(true);
    this.busy.add(thread);
    return thread;
  }

  private giveBack(thread: WorkerThread): void {
    this.busy.delete(thread);
    if (!thread.hasEnded) {
      thread.keepProcess(false);
      this.idle.push(thread);
    }
  }

  private giveBackPlace(): void {
    const [next] = this.waiting; // who has waited longest
    if (next) next.begin();
    else this.places += 1;
  }
}
