import { setTimeout as delay } from 'node:timers/promises';
import { type Position, positionOf } from '../platform/change-catch-up.js';
import type { LiveChange, PlacedChange } from '../platform/change-ring.js';
import type { RequestContext } from '../platform/context.js';
import { asUnavailable } from '../platform/database.js';
import { AppError } from '../platform/errors.js';
import type { MessageSource } from './message-source.js';
import type { Subscriber } from './subscriber.js';

const MOST_WAITING = 10_000;
/** A change is told of before its events are stored for good: so long its readers wait for them, in order. */
const LOOK_EVERY_MS = 20;
const MOST_LOOKS = 100;
/** And so long after that, out of order: no writer takes longer, and one that was killed leaves it to its client's retry. */
const OWED_MS = 60_000;
const OWED_POLL_MS = 500;
const MOST_OWED = 1_000;
const RETRY_MS = 500;

/** Contexts made since a piece of changes came in, shared by all who read for the same kind of caller. */
export type ContextScope = Map<string, Promise<RequestContext>>;

/** Makes the context of a kind of caller; the one in `scope`, where it is given. */
export type ContextMaker = (scope?: ContextScope) => Promise<RequestContext>;

/** A change whose last messages are still to come. */
interface Owed {
  readonly live: LiveChange;
  readonly sent: Set<number>;
  readonly until: number;
}

/** What a group tells of itself. */
export interface GroupEvents {
  /** The group follows these topics from now on. */
  follow(topics: readonly string[]): void;
  warn(fault: unknown, message: string): void;
  delivered(messages: number): void;
}

/** Subscribers whose messages are the same: each message is read, executed and serialised once for all of them. */
export class DeliveryGroup {
  private readonly members = new Map<Subscriber, number>();
  private readonly waiting: { live: LiveChange; scope: ContextScope }[] = [];
  private owed: Owed[] = [];
  private isDelivering = false;
  private isCollecting = false;
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
  }

  /** Ends all subscriptions of the group. */
  fail(error: Error): void {
    for (const subscriber of this.members.keys()) subscriber.fail(error);
    this.members.clear();
    this.waiting.length = 0;
    this.owed = [];
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
    for (const pause of pausesUntil(placed.change.at.getTime() + OWED_MS)) {
      const { payloads, isComplete, topics } = await this.retried(
        () => this.read(placed, sent),
        () => !subscriber.signal.aborted,
      );
      if (topics.length > 0) this.events.follow(topics);
      for (const payload of payloads) subscriber.send(payload);
      if (isComplete || subscriber.signal.aborted) return;
      await delay(pause);
    }
  }

  private async deliverAll(): Promise<void> {
    this.isDelivering = true;
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) await this.deliver(next.live, next.scope);
    this.isDelivering = false;
  }

  private async deliver(live: LiveChange, scope: ContextScope): Promise<void> {
    const sent = new Set<number>();
    try {
      let isComplete = await this.tell(live, sent, scope);
      for (let look = 1; look < MOST_LOOKS && !isComplete && this.members.size > 0; look += 1) {
        await delay(LOOK_EVERY_MS);
        isComplete = await this.tell(live, sent);
      }
      if (isComplete) this.settle(live);
      else this.owe({ live, sent, until: Date.now() + OWED_MS });
    } catch (error) {
      this.giveUp(error);
    }
  }

  private giveUp(error: unknown): void {
    this.events.warn(error, 'A subscription could not be served any further.');
    this.isCollecting = false;
    this.fail(this.shown(error));
  }

  /** Sends what can be told of a change; returns whether that was all. */
  private async tell(live: LiveChange, sent: Set<number>, scope?: ContextScope): Promise<boolean> {
    const { payloads, isComplete, topics } = await this.retried(
      (attempt) =>
        this.read(live, sent, attempt === 0 ? scope : undefined, this.owed.length > 0 ? this.settled : undefined),
      () => this.members.size > 0,
    );
    if (topics.length > 0) this.events.follow(topics);
    for (const payload of payloads) this.send(payload, live.sequence);
    return isComplete;
  }

  private async read(placed: PlacedChange, sent: Set<number>, scope?: ContextScope, behind?: Position) {
    return this.source.read(await this.contextOf(scope), placed, sent, behind);
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
        const isAway = error instanceof AppError && error.code === 'SERVICE_UNAVAILABLE';
        if (!isAway || !isWanted()) throw error;
        await delay(RETRY_MS);
      }
    }
  }

  private settle(live: LiveChange): void {
    if (this.owed.length === 0) this.settled = positionOf(live);
  }

  private owe(owed: Owed): void {
    if (this.owed.length >= MOST_OWED) this.owed.shift();
    this.owed.push(owed);
    if (!this.isCollecting) void this.collect().catch((error) => this.giveUp(error));
  }

  /** Looks for what is owed until all of it has come, or nobody waits any more. */
  private async collect(): Promise<void> {
    this.isCollecting = true;
    while (this.owed.length > 0 && this.members.size > 0) {
      await delay(OWED_POLL_MS);
      for (const owed of [...this.owed]) {
        const isDone = await this.tell(owed.live, owed.sent);
        if (isDone || Date.now() > owed.until) this.owed = this.owed.filter((other) => other !== owed);
      }
    }
    this.owed = [];
    this.isCollecting = false;
  }
}

/** Pauses between looks, until a moment: at least one look. */
function* pausesUntil(end: number): Generator<number> {
  for (let pause = 20; ; pause = Math.min(500, pause * 2)) {
    yield pause;
    if (Date.now() > end) return;
  }
}
