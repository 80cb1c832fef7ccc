import type { Database, Stored } from './database.js';
import { idOf, keyOf, PLATFORM } from './ids.js';
import { type Checkpoint, Lease, WorkerBeat } from './lease.entity.js';

const MOST_WORKERS = 1_000;

/** A lease under the epoch it was taken with: who writes by it names both. */
export interface HeldLease {
  readonly name: string;
  readonly epoch: number;
  readonly checkpoint: Checkpoint;
}

/** Leases and the workers that hold them. */
export class LeaseStore {
  constructor(private readonly database: Database) {}

  /** Makes leases that nobody holds, where they are missing: work under them begins with what is written from now on. */
  async ensure(names: readonly string[], now: Date): Promise<void> {
    const there = new Set((await this.find(names)).map(({ name }) => name));
    const missing = names.filter((name) => !there.has(name));
    const rows = missing.map((name) => ({
      _id: keyOf(PLATFORM, name),
      tenantId: PLATFORM,
      owner: null,
      epoch: 0,
      checkpoint: { changeKey: '', token: null, at: now },
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

  /** Takes leases, each where it stands as it was read, and returns those that were taken. Two commands. */
  async take(leases: readonly HeldLease[], worker: string): Promise<HeldLease[]> {
    if (leases.length === 0) return [];
    const operations = leases.map((lease) => ({
      filter: this.as(lease),
      update: { $set: { owner: worker, epoch: lease.epoch + 1 } },
    }));
    await this.database.updateEach(Lease, operations);
    const epochs = new Map(leases.map(({ name, epoch }) => [name, epoch + 1]));
    const now = await this.find([...epochs.keys()]);
    return now.filter(({ name, owner, epoch }) => owner === worker && epoch === epochs.get(name));
  }

  /** Lets go of leases, each where it is still held. */
  async release(leases: readonly HeldLease[]): Promise<void> {
    const operations = leases.map((lease) => ({ filter: this.as(lease), update: { $set: { owner: null } } }));
    await this.database.updateEach(Lease, operations);
  }

  /** Notes where leases have come to; one that has changed hands is left as it is. */
  async checkpoint(leases: readonly HeldLease[], checkpoint: Checkpoint): Promise<void> {
    const operations = leases.map((lease) => ({ filter: this.as(lease), update: { $set: { checkpoint } } }));
    await this.database.updateEach(Lease, operations);
  }

  /** A worker that ends in good order is not waited for. */
  async forget(worker: string): Promise<void> {
    await this.database.collection(WorkerBeat).deleteOne({ _id: keyOf(PLATFORM, worker) } as Partial<Stored> as object);
  }

  private as({ name, epoch }: HeldLease): { _id: string; epoch: number } {
    return { _id: keyOf(PLATFORM, name), epoch };
  }
}
