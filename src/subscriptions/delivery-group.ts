import { setTimeout as delay } from 'node:timers/promises';
import { type Position, positionOf } from '../platform/change-catch-up.js';
import type { LiveChange, PlacedChange } from '../platform/change-ring.js';
import type { Change } from '../platform/changes.js';
import { asUnavailable } from '../platform/database.js';
import { AppError, hasCode } from '../platform/errors.js';
import { doubling } from '../platform/pauses.js';
import type { ContextMaker, ContextScope } from './context-scope.js';
import type { MessageSource, Messages } from './message-source.js';
import { LATEST_MS, OwedChanges } from './owed-changes.js';
import type { Subscriber } from './subscriber.js';

const MOST_WAITING = 10_000;
const READ_AHEAD = 64;
/** A change is told of before its events are stored for good: so often, for two seconds, it is looked for them, in order. */
const LOOK_EVERY_MS = 20;
const MOST_LOOKS = 100;
/** Who catches up looks again after so long, then ever later. */
const FIRST_LOOK_MS = 20;
const LATEST_LOOK_MS = 500;
const RETRY_MS = 500;

/** What was read of a change before its turn, or what it can be read with. */
interface ReadBefore {
  readonly ahead?: Promise<Messages> | undefined;
  readonly scope?: ContextScope;
}

/** What a group tells of itself. */
export interface GroupEvents {
  /** The group follows these topics from now on. */
  follow(topics: readonly string[]): void;
  warn(fault: unknown, message: string): void;
  delivered(messages: number): void;
  /** Is told, and waited for, before messages with values in clear are sent. */
  shows(change: Change, fields: readonly string[], subscribers: readonly Subscriber[]): Promise<void>;
}

/** Subscribers whose messages are the same: each message is read, executed and serialised once for all of them. */
export class DeliveryGroup {
  private readonly members = new Map<Subscriber, number>();
  private readonly waiting: { live: LiveChange; scope: ContextScope }[] = [];
  private readonly owed = new OwedChanges(
    (live, sent, scope) => this.tell(live, sent, { scope }),
    (error) => this.giveUp(error),
  );
  private isDelivering = false;
  /** Behind it nothing is owed: the cursor to resume from while something is. */
  private settled: Position;

  constructor(
    readonly source: MessageSource,
    private readonly contextOf: ContextMaker,
    /** An error as subscribers are told it. */
    private readonly shown: (error: unknown) => Error,
    private readonly events: GroupEvents,
    start: Position,
  ) {
    this.settled = start;
  }

  get size(): number {
    return this.members.size;
  }

  /** Adds a subscriber that is told of changes with a higher sequence. */
  add(subscriber: Subscriber, sequence: number): void {
    this.members.set(subscriber, sequence);
  }

  remove(subscriber: Subscriber): void {
    this.members.delete(subscriber);
    if (this.members.size === 0) this.owed.forget();
  }

  /** Ends all subscriptions of the group. */
  fail(error: Error): void {
    for (const subscriber of this.members.keys()) subscriber.fail(error);
    this.members.clear();
    this.waiting.length = 0;
    this.owed.forget();
  }

  /** Takes a live change; it is delivered after those before it. */
  offer(live: LiveChange, scope: ContextScope): void {
    if (this.waiting.length >= MOST_WAITING) {
      const message = 'The subscription fell too far behind; resume behind the last message.';
      this.fail(this.shown(new AppError('SERVICE_UNAVAILABLE', message)));
      return;
    }
    this.waiting.push({ live, scope });
    if (!this.isDelivering) void this.deliverAll();
  }

  /** Delivers one change to a subscriber that catches up; ends when nothing of it is owed any more. */
  async deliverTo(subscriber: Subscriber, placed: PlacedChange, sent: Set<number>): Promise<void> {
    const end = Math.min(placed.change.at.getTime(), Date.now()) + LATEST_MS;
    for (const pause of doubling(FIRST_LOOK_MS, LATEST_LOOK_MS)) {
      const { payloads, isComplete, topics } = await this.retried(
        () => this.read(placed, sent, {}, [subscriber]),
        () => !subscriber.signal.aborted,
      );
      if (topics.length > 0) this.events.follow(topics);
      this.sendTo(subscriber, payloads);
      if (isComplete || subscriber.signal.aborted) return;
      await delay(pause);
      if (Date.now() > end) return;
    }
  }

  private sendTo(subscriber: Subscriber, payloads: Messages['payloads']): void {
    for (const { text } of payloads) subscriber.send(text);
    if (payloads.length > 0) this.events.delivered(payloads.length);
  }

  /** Delivers what waits, in order; a piece of it is read ahead, so that the database is asked once for all of it. */
  private async deliverAll(): Promise<void> {
    this.isDelivering = true;
    for (let piece = this.nextPiece(); piece.length > 0; piece = this.nextPiece()) {
      for (const { live, sent, ahead } of piece) await this.deliver(live, sent, ahead);
    }
    this.isDelivering = false;
  }

  private nextPiece() {
    const piece = this.waiting.splice(0, READ_AHEAD);
    const scope = piece.at(-1)?.scope; // as new as the newest change of them
    return piece.map(({ live }) => {
      const sent = new Set<number>();
      const ahead = this.owed.isAny ? undefined : this.read(live, sent, { scope });
      ahead?.catch(() => undefined); // told where it is awaited
      return { live, sent, ahead };
    });
  }

  private async deliver(live: LiveChange, sent: Set<number>, ahead?: Promise<Messages>): Promise<void> {
    try {
      let isComplete = await this.tell(live, sent, { ahead });
      if (!isComplete) this.owed.late();
      // where something is late already, its writer may be gone, and what else it wrote is not waited for
      for (let look = 1; look < MOST_LOOKS && !isComplete && this.isWaitedFor; look += 1) {
        await delay(LOOK_EVERY_MS);
        isComplete = await this.tell(live, sent);
      }
      // what nobody is told of is owed to nobody: who catches up sees to it itself
      if (isComplete || this.members.size === 0) this.settle(live);
      else this.owed.add(live, sent);
    } catch (error) {
      this.giveUp(error);
    }
  }

  private giveUp(error: unknown): void {
    this.events.warn(error, 'A subscription could not be served any further.');
    this.fail(this.shown(error));
  }

  /** Sends what can be told of a change; returns whether that was all. */
  private async tell(live: LiveChange, sent: Set<number>, { ahead, scope }: ReadBefore = {}): Promise<boolean> {
    const behind = this.owed.isAny ? this.settled : undefined;
    if (behind) await this.forgetAhead(sent, ahead); // its cursors would lead past what is owed
    const { payloads, isComplete, topics } = await this.retried(
      (attempt) =>
        attempt === 0 && ahead && !behind
          ? ahead
          : this.read(live, sent, { scope: attempt === 0 ? scope : undefined, behind }),
      () => this.members.size > 0,
    );
    if (topics.length > 0) this.events.follow(topics);
    for (const { number, text } of payloads) {
      if (this.owed.isNews(live, number)) this.send(text, live.sequence);
    }
    return isComplete;
  }

  private async forgetAhead(sent: Set<number>, ahead?: Promise<Messages>): Promise<void> {
    if (!ahead) return;
    await ahead.catch(() => undefined);
    sent.clear();
  }

  /** Reads messages for subscribers; that they are shown values in clear is written down when it returns. */
  private async read(
    placed: PlacedChange,
    sent: Set<number>,
    { scope, behind }: { readonly scope?: ContextScope | undefined; readonly behind?: Position | undefined },
    subscribers: readonly Subscriber[] = [...this.members.keys()],
  ): Promise<Messages> {
    const before = [...sent];
    const messages = await this.source.read(await this.contextOf(scope), placed, sent, behind);
    if (messages.clear.length === 0) return messages;
    try {
      await this.events.shows(placed.change, messages.clear, subscribers);
    } catch (error) {
      sent.clear(); // nothing of it is sent: it is read again
      for (const number of before) sent.add(number);
      throw error;
    }
    return messages;
  }

  private send(payload: string, sequence: number): void {
    let messages = 0;
    for (const [subscriber, joined] of this.members) {
      if (joined >= sequence) continue;
      subscriber.send(payload);
      messages += 1;
    }
    this.events.delivered(messages);
  }

  /** Tries again until the database answers, or nobody is left to be told. */
  private async retried<T>(read: (attempt: number) => Promise<T>, isWanted: () => boolean): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await read(attempt);
      } catch (thrown) {
        const error = asUnavailable(thrown);
        if (!hasCode(error, 'SERVICE_UNAVAILABLE') || !isWanted()) throw error;
        await delay(RETRY_MS);
      }
    }
  }

  private get isWaitedFor(): boolean {
    return !this.owed.isAny && this.members.size > 0;
  }

  private settle(live: LiveChange): void {
    if (!this.owed.isAny) this.settled = positionOf(live);
  }
}
