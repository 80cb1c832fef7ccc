import { setTimeout as delay } from 'node:timers/promises';
import type { LiveChange } from '../platform/change-ring.js';
import type { ContextScope } from './context-scope.js';

/** No writer takes longer from a change to its events; one that was killed leaves them to its client's retry. */
export const LATEST_MS = 60_000;
const LOOK_EVERY_MS = 500;
const MOST_OWED = 10_000;
const MOST_REMEMBERED = 20_000;

/** A change whose last messages are still to come. */
interface Owed {
  readonly live: LiveChange;
  readonly sent: Set<number>;
  readonly until: number;
}

/** Tells what can be told of a change; whether that was all. */
type Tell = (live: LiveChange, sent: Set<number>, scope: ContextScope) => Promise<boolean>;

/** Changes whose events were not stored in time: they are looked for out of order, for a minute at most. */
export class OwedChanges {
  private owed: Owed[] = [];
  /** Events told of since something was late. */
  private readonly told = new Set<string>();
  private rememberedUntil = 0;
  private isLooking = false;

  constructor(
    private readonly tell: Tell,
    private readonly giveUp: (error: unknown) => void,
  ) {}

  get isAny(): boolean {
    return this.owed.length > 0;
  }

  /** Notes a change of which the messages in `sent` have been told; of too many, the oldest is dropped. */
  add(live: LiveChange, sent: Set<number>): void {
    if (this.owed.length >= MOST_OWED) this.owed.shift();
    this.owed.push({ live, sent, until: Date.now() + LATEST_MS });
    if (!this.isLooking) void this.look().catch((error) => this.giveUp(error));
  }

  /** The events of a change were not there yet: from now on it is remembered for a while which ones are told of. */
  late(): void {
    this.rememberedUntil = Date.now() + LATEST_MS;
  }

  /** An event that is late comes with its client's retry as well, under another change: it is told once. */
  isNews({ change }: LiveChange, number: number): boolean {
    const eventId = change.eventIds[number];
    if (eventId === undefined || !this.isRemembering()) return true;
    const isNews = !this.told.has(eventId);
    if (this.told.size >= MOST_REMEMBERED) this.told.delete(this.told.values().next().value ?? '');
    this.told.add(eventId);
    return isNews;
  }

  private isRemembering(): boolean {
    if (this.isAny || Date.now() < this.rememberedUntil) return true;
    this.told.clear();
    return false;
  }

  forget(): void {
    this.owed = [];
    this.rememberedUntil = 0;
    this.told.clear();
  }

  /** Looks for what is owed until all of it has come or is given up. */
  private async look(): Promise<void> {
    this.isLooking = true;
    try {
      while (this.owed.length > 0) {
        await delay(LOOK_EVERY_MS);
        await this.lookOnce();
      }
    } finally {
      this.isLooking = false;
    }
  }

  private async lookOnce(): Promise<void> {
    const scope: ContextScope = new Map();
    const looked = await Promise.all(
      this.owed.map(async (owed) => ({ owed, isDone: await this.tell(owed.live, owed.sent, scope) })),
    );
    const done = new Set(looked.flatMap(({ owed, isDone }) => (isDone || Date.now() > owed.until ? [owed] : [])));
    this.owed = this.owed.filter((owed) => !done.has(owed));
  }
}
