import { parentPort, Worker } from 'node:worker_threads';

/** What a thread answers a call: how far it is, what came of it, or why nothing did. */
type Answer =
  | { readonly call: number; readonly progress: unknown }
  | { readonly call: number; readonly result: unknown }
  | { readonly call: number; readonly error: Error };

interface OpenCall {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (progress: unknown) => void;
}

/** A thread of its own that answers calls, one after the other. */
export class WorkerThread {
  private readonly worker: Worker;
  private readonly open = new Map<number, OpenCall>();
  private made = 0;
  private endedBy: Error | undefined;

  /** `entry` is the file the thread runs; it listens by `answerCalls`. */
  constructor(entry: URL) {
    this.worker = new Worker(entry);
    this.worker.on('message', (answer: Answer) => this.settle(answer));
    this.worker.on('messageerror', (cause) => this.end(endedEarly(cause.message, cause)));
    this.worker.on('error', (cause) => this.end(endedEarly(cause.message, cause)));
    this.worker.on('exit', (code) => this.end(endedEarly(`exit code ${code}`)));
  }

  get hasEnded(): boolean {
    return this.endedBy !== undefined;
  }

  /** What it answers to a message, which is copied. Rejects with what it throws, or where it ends before. */
  call<T>(message: unknown, onProgress: (progress: unknown) => void = () => undefined): Promise<T> {
    if (this.endedBy) return Promise.reject(this.endedBy);
    const call = ++this.made;
    return new Promise<T>((resolve, reject) => {
      this.worker.postMessage({ call, message });
      this.open.set(call, { resolve: resolve as OpenCall['resolve'], reject, onProgress });
    });
  }

  /** Ends it in the middle of whatever it does; open calls reject with the reason. */
  async end(reason: Error): Promise<void> {
    if (this.endedBy) return;
    this.endedBy = reason;
    for (const { reject } of this.open.values()) reject(reason);
    this.open.clear();
    await this.worker.terminate();
  }

  /** Whether the process goes on for its sake. */
  keepProcess(isKept: boolean): void {
    if (isKept) this.worker.ref();
    else this.worker.unref();
  }

  private settle(answer: Answer): void {
    const call = this.open.get(answer.call);
    if (call && 'progress' in answer) call.onProgress(answer.progress);
    else this.open.delete(answer.call);
    if ('error' in answer) call?.reject(answer.error);
    else if ('result' in answer) call?.resolve(answer.result);
  }
}

function endedEarly(why: string, cause?: Error): Error {
  return new Error(`A worker thread ended before it had answered: ${why}`, { cause });
}

/** Answers a call; `onProgress` tells the caller how far it is. */
export type CallHandler = (message: unknown, onProgress: (progress: unknown) => void) => unknown;

/** Inside a thread: answers each call, one after the other. */
export function answerCalls(handle: CallHandler): void {
  const tell = (answer: Answer) => parentPort?.postMessage(answer);
  parentPort?.on('message', ({ call, message }: { call: number; message: unknown }) => {
    try {
      tell({ call, result: handle(message, (progress) => tell({ call, progress })) });
    } catch (error) {
      tell({ call, error: error instanceof Error ? error : new Error(String(error)) });
    }
  });
}
