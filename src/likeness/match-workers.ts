import type { MatchModel } from '../matching/match-model.js';
import { ThreadPool } from '../platform/thread-pool.js';
import { underWay } from '../platform/under-way.js';
import type { WorkerThread } from '../platform/worker-thread.js';
import type { AccountValues } from './account-values.rules.js';
import type { Weighed } from './candidate.rules.js';
import type { AccountEntry, MatchCall } from './match-work.js';

/** A thread keeps so many models. */
const MODELS_KEPT = 4;
const ENTRY = new URL('./match-thread.js', import.meta.url);

/** Learns and weighs in worker threads, so that the event loop stays free. Where a thread dies, the work rejects. */
export class MatchWorkers {
  private readonly pool: ThreadPool;
  private readonly numbers = new WeakMap<MatchModel, number>();
  /** The numbers of the models that each thread has, the one used last at the end. */
  private readonly held = new WeakMap<WorkerThread, number[]>();
  private numbered = 0;

  /** `most` threads at once at most. */
  constructor(entry: URL = ENTRY, most?: number) {
    this.pool = new ThreadPool(entry, most);
  }

  /**
   * Learns a model from accounts, each named once; the same from the same accounts in any order. While the thread takes
   * one batch the next is read, and no more. `onShare` is told how far learning is, 0 to 1, once all are read.
   */
  learn(
    batches: AsyncIterable<readonly AccountEntry[]>,
    onShare: (share: number) => void,
    signal: AbortSignal,
  ): Promise<MatchModel> {
    return this.pool.use(signal, async (thread) => {
      let taken: Promise<void> = Promise.resolve();
      for await (const accounts of batches) {
        await taken;
        taken = underWay(ask<void>(thread, { do: 'take', accounts }));
      }
      await taken;
      return ask<MatchModel>(thread, { do: 'learn' }, onShare);
    });
  }

  /** How alike pairs of these accounts are by a model, in their order. A model goes to a thread once, not with each call. */
  weigh(
    model: MatchModel,
    accounts: ReadonlyMap<string, AccountValues>,
    pairs: readonly (readonly [string, string])[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Weighed[]> {
    return this.pool.use(signal, (thread) => {
      const number = this.numberOf(model);
      const held = this.held.get(thread) ?? [];
      const kept = [...held.filter((other) => other !== number), number].slice(-MODELS_KEPT);
      this.held.set(thread, kept);
      const dropped = held.filter((other) => !kept.includes(other));
      const given = held.includes(number) ? undefined : model;
      return ask(thread, { do: 'weigh', model: number, given, dropped, accounts, pairs });
    });
  }

  /** Ends the threads; what they do rejects, and so does what comes later. */
  close(): Promise<void> {
    return this.pool.close();
  }

  private numberOf(model: MatchModel): number {
    const number = this.numbers.get(model) ?? ++this.numbered;
    this.numbers.set(model, number);
    return number;
  }
}

function ask<T>(thread: WorkerThread, call: MatchCall, onShare: (share: number) => void = () => undefined): Promise<T> {
  return thread.call<T>(call, (share) => onShare(share as number));
}
