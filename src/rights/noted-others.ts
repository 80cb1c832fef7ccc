import type { ErasurePlace } from './erasure.rules.js';

/** More of them are seen to before all is erased that concerns some accounts. */
const MOST_NOTED = 5_000;

/** Others who are to be looked at again, noted where the erasure has come to before what leads to them is erased. */
export class NotedOthers {
  private readonly ids: Set<string>;

  constructor(
    private readonly place: ErasurePlace,
    private readonly erasing: { keep(place: ErasurePlace): Promise<void> },
    private readonly see: (ids: ReadonlySet<string>) => Promise<void>,
  ) {
    this.ids = new Set(place.others);
  }

  /** Notes some more. What led to those noted before is erased by now: where they are many, they are seen to first. */
  async add(others: readonly string[]): Promise<void> {
    const fresh = new Set(others.filter((id) => !this.ids.has(id)));
    if (fresh.size === 0) return;
    if (this.ids.size + fresh.size > MOST_NOTED) await this.settle();
    for (const id of fresh) this.ids.add(id);
    await this.erasing.keep({ ...this.place, others: [...this.ids] });
  }

  /** Sees to all that are noted. */
  async settle(): Promise<void> {
    await this.see(this.ids);
    this.ids.clear();
  }
}
