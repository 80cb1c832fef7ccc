import type { Change } from './changes.js';

/** A change and its place in the one order in which the database tells of changes: the same for every process. */
export interface PlacedChange {
  readonly change: Change;
  /** Resumes the database's stream behind this change; absent where the change was read by time. */
  readonly token: string | undefined;
}

/** A change that this process has received live, numbered in the order of arrival. */
export interface LiveChange extends PlacedChange {
  readonly sequence: number;
}

const MOST_CHANGES = 8_192;
const MOST_WEIGHT = 200_000;

/** The newest changes this process has received, up to a number and a weight: what was missed shortly is found here. */
export class ChangeRing {
  private readonly places = new Map<string, number>();
  private changes: LiveChange[] = [];
  /** How many of `changes`, from the start, have left the ring. */
  private left = 0;
  private weight = 0;
  private count = 0;

  constructor(
    private readonly mostChanges = MOST_CHANGES,
    private readonly mostWeight = MOST_WEIGHT,
  ) {}

  /** The change received last. */
  get newest(): LiveChange | undefined {
    return this.changes.at(-1);
  }

  /** The number of the change received last. */
  get received(): number {
    return this.count;
  }

  /** Takes a change in and numbers it; the oldest ones leave where there are too many. */
  add({ change, token }: PlacedChange): LiveChange {
    this.count += 1;
    const live = { change, token, sequence: this.count };
    this.changes.push(live);
    this.places.set(change._id, live.sequence);
    this.weight += weightOf(change);
    while (this.size > 1 && (this.size > this.mostChanges || this.weight > this.mostWeight)) this.dropOldest();
    return live;
  }

  /** A change that is still here. */
  find(changeKey: string): LiveChange | undefined {
    const sequence = this.places.get(changeKey);
    const first = this.changes[this.left]?.sequence ?? 0;
    return sequence === undefined ? undefined : this.changes[this.left + sequence - first];
  }

  /** The changes behind one, in order; undefined where that one is not here. */
  behind(changeKey: string): readonly LiveChange[] | undefined {
    const sequence = this.places.get(changeKey);
    const first = this.changes[this.left]?.sequence;
    if (sequence === undefined || first === undefined) return undefined;
    return this.changes.slice(this.left + sequence - first + 1);
  }

  /** Whether a change is here, behind another. */
  isBehind(changeKey: string, otherKey: string): boolean {
    const [place, other] = [this.places.get(changeKey), this.places.get(otherKey)];
    return place !== undefined && other !== undefined && other > place;
  }

  /** Forgets all; numbering goes on. */
  clear(): void {
    this.places.clear();
    this.changes = [];
    this.left = 0;
    this.weight = 0;
  }

  private get size(): number {
    return this.changes.length - this.left;
  }

  private dropOldest(): void {
    const oldest = this.changes[this.left];
    this.left += 1;
    if (oldest) {
      this.places.delete(oldest.change._id);
      this.weight -= weightOf(oldest.change);
    }
    if (this.left < this.mostChanges) return;
    this.changes = this.changes.slice(this.left);
    this.left = 0;
  }
}

function weightOf({ eventIds, paths }: Change): number {
  return 1 + eventIds.length + paths.length;
}
