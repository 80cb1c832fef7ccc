import type { Database } from '../../src/platform/database.js';

/** What of the failing command still happens: nothing, the first half of its documents, or all but the answer. */
export const FAILURE_MODES = ['before', 'half', 'after'] as const;
export type FailureMode = (typeof FAILURE_MODES)[number];

/** What a process that has stopped answers. */
export class Stopped extends Error {
  constructor() {
    super('The process has stopped.');
  }
}

const COMMANDS: ReadonlySet<string | symbol> = new Set([
  'findByKeys',
  'insertNew',
  'updateMany',
  'updateEach',
  'deleteMany',
]);

type Call = (...args: unknown[]) => Promise<unknown>;

/** Stops the process that uses a database at one command, or holds it up there. After a stop no command reaches the database. */
export class Failures {
  /** Commands begun since `restart`, `stopAt` or `holdAt`. */
  commands = 0;
  private heldStep = Number.POSITIVE_INFINITY;
  private reachHeld = () => {};
  private released: Promise<void> = Promise.resolve();
  private step = Number.POSITIVE_INFINITY;
  private mode: FailureMode = 'before';
  private readonly underWay = new Set<Promise<unknown>>();

  /** @param fault what a command that does not happen is answered with */
  constructor(private readonly fault: () => Error = () => new Stopped()) {}

  /** Lets the `step`th command from now, counted from 1, be the last. */
  stopAt(step: number, mode: FailureMode): void {
    this.commands = 0;
    this.step = step;
    this.mode = mode;
    this.heldStep = Number.POSITIVE_INFINITY;
  }

  /**
   * Lets the `step`th command from now wait. `reached` resolves when it waits (never, where it isn't reached), and
   * `release` lets it go.
   */
  holdAt(step: number): { readonly reached: Promise<void>; release(): void } {
    this.stopAt(Number.POSITIVE_INFINITY, 'before');
    this.heldStep = step;
    let release = () => {};
    this.released = new Promise((resolve) => {
      release = resolve;
    });
    const reached = new Promise<void>((resolve) => {
      this.reachHeld = resolve;
    });
    return { reached, release };
  }

  /** Waits for what is under way, then lets every command through again. */
  async restart(): Promise<void> {
    await Promise.allSettled(this.underWay);
    this.stopAt(Number.POSITIVE_INFINITY, 'before');
  }

  /** Runs a command, or what is left of it. */
  async run(call: Call, args: readonly unknown[]): Promise<unknown> {
    this.commands += 1;
    const number = this.commands;
    if (number === this.heldStep) {
      this.reachHeld();
      await this.released;
    }
    return this.runUnheld(number, call, args);
  }

  private async runUnheld(number: number, call: Call, args: readonly unknown[]): Promise<unknown> {
    const isLast = number === this.step;
    if (number > this.step || (isLast && this.mode === 'before')) throw this.fault();
    const command = call(...(isLast && this.mode === 'half' ? halved(args) : args));
    this.underWay.add(command);
    const answer = await command.finally(() => this.underWay.delete(command));
    if (isLast) throw this.fault();
    return answer;
  }
}

function halved(args: readonly unknown[]): unknown[] {
  return args.map((argument) =>
    Array.isArray(argument) ? argument.slice(0, Math.floor(argument.length / 2)) : argument,
  );
}

/** The same database, whose commands `failures` counts and stops. */
export function failingDatabase(database: Database, failures: Failures): Database {
  const counted = (owner: object, names: ReadonlySet<string | symbol>) =>
    new Proxy(owner, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        if (names.has(name)) return (...args: unknown[]) => failures.run(member.bind(target) as Call, args);
        if (name === 'collection') return (type: never) => counted(database.collection(type), new Set(['updateMany']));
        return member.bind(target);
      },
    });
  return counted(database, COMMANDS) as Database;
}
