import type { Database, Stored } from './database.js';
import { idOf, keyOf, PLATFORM } from './ids.js';
import { type Checkpoint, Lease, WorkerBeat } from './lease.entity.js';

const MOST_WORKERS = 1_000;

/** A lease under the epoch it was taken with: who writes by it names both. */
export interface HeldLease {
  readonly name: string;
  readonly epoch: number;
  readonly checkpoint: Checkpoint | null;
}

/** Leases and the workers that hold them. */
export class LeaseStore {
  constructor(private readonly database: Database) {}

  /** Makes leases that nobody holds, where they are missing. */
  async ensure(names: readonly string[]): Promise<void> {
    const there = new Set((await this.find(names)).map(({ name }) => name));
    const missing = names.filter((name) => !there.has(name));
    const rows = missing.map((name) => ({
      _id: keyOf(PLATFORM, name),
      tenantId: PLATFORM,
      owner: null,
      epoch: 0,
      checkpoint: null,
    }));
    await this.database.insertNew(Lease, rows);
  }

  /** Leases as they stand. One command. */
  async find(names: readonly string[]): Promise<(HeldLease & { readonly owner: string | null })[]> {
    const found = await this.database.findByKeys(
      Lease,
      names.map((name) => keyOf(PLATFORM, name)),
    );
    return found
      .map(({ _id, owner, epoch, checkpoint }) => ({ name: idOf(_id), owner, epoch, checkpoint }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Shows that a worker lives. */
  async beat(worker: string): Promise<void> {
    await this.database
      .collection(WorkerBeat)
      .updateOne(
        { _id: keyOf(PLATFORM, worker) } as object,
        { $inc: { beat: 1 }, $currentDate: { at: true }, $setOnInsert: { tenantId: PLATFORM } } as object,
        { upsert: true },
      );
  }

  /** The beats of all workers of the last hour. */
  async beats(): Promise<Map<string, number>> {
    const found = await this.database
      .collection(WorkerBeat)
      .find({ tenantId: PLATFORM } as object)
      .limit(MOST_WORKERS)
      .toArray();
    return new Map(found.map(({ _id, beat }) => [idOf(_id as unknown as string), beat]));
  }

  /** Takes a lease where it stands as it was read; undefined where someone else was quicker. */
  async take(lease: HeldLease, worker: string): Promise<HeldLease | undefined> {
    const { matchedCount } = await this.database
      .collection(Lease)
      .updateOne(this.as(lease) as object, { $set: { owner: worker }, $inc: { epoch: 1 } } as object);
    return matchedCount === 1 ? { ...lease, epoch: lease.epoch + 1 } : undefined;
  }

  /** Lets go of leases, each where it is still held. */
  async release(leases: readonly HeldLease[]): Promise<void> {
    const operations = leases.map((lease) => ({ filter: this.as(lease), update: { $set: { owner: null } } }));
    await this.database.updateMany(Lease, operations);
  }

  /** Notes where leases have come to; one that has changed hands is left as it is. */
  async checkpoint(leases: readonly HeldLease[], checkpoint: Checkpoint): Promise<void> {
    const operations = leases.map((lease) => ({ filter: this.as(lease), update: { $set: { checkpoint } } }));
    await this.database.updateMany(Lease, operations);
  }

  /** A worker that ends in good order is not waited for. */
  async forget(worker: string): Promise<void> {
    await this.database.collection(WorkerBeat).deleteOne({ _id: keyOf(PLATFORM, worker) } as Partial<Stored> as object);
  }

  private as({ name, epoch }: HeldLease): { _id: string; epoch: number } {
    return { _id: keyOf(PLATFORM, name), epoch };
  }
}
