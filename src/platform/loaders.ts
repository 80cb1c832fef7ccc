import DataLoader from 'dataloader';

const LARGEST_BATCH = 1_000;

/** The DataLoaders of one request, each made at its first use. */
export class Loaders {
  private readonly loaders = new Map<string, DataLoader<string, unknown>>();

  /** The loader of `name`; `load` answers many ids with one query and leaves out what does not exist. */
  of<T>(name: string, load: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>): DataLoader<string, T | null> {
    const known = this.loaders.get(name);
    if (known) return known as DataLoader<string, T | null>;
    const made = new DataLoader<string, T | null>(
      async (ids) => {
        const found = await load(ids);
        return ids.map((id) => found.get(id) ?? null);
      },
      { maxBatchSize: LARGEST_BATCH },
    );
    this.loaders.set(name, made as DataLoader<string, unknown>);
    return made;
  }

  /** Forgets what a loader has read: after a write in the same request. */
  forget(name: string): void {
    this.loaders.delete(name);
  }
}
