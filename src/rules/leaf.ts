import type { Moment, Subject } from './subject.js';

/** One clause, compiled. */
export interface Leaf {
  readonly holds: (subject: Subject, moment: Moment) => boolean;
  /** What the clause looked at, as a person is shown it; null where there is nothing. */
  readonly observed: (subject: Subject, moment: Moment) => unknown;
  /** The next instant, in milliseconds, from which it may come out otherwise though nothing happened; undefined where it never will. */
  readonly nextAt: (subject: Subject, moment: Moment) => number | undefined;
}
