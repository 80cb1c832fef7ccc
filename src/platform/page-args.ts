import { Arg, Int } from 'type-graphql';

type ArgumentDecorator = ReturnType<typeof Arg>;

/** The argument `first` of a list: how many to return. */
export function First(defaultValue: number): ArgumentDecorator {
  return Arg('first', () => Int, { nullable: true, defaultValue, description: 'How many to return, 1 to 100.' });
}

/** The argument `after` of a paged list: where the page before ended. */
export function After(): ArgumentDecorator {
  const description =
    "The page before's endCursor, or an edge's cursor; absent: from the start. A cursor fits its own query alone.";
  return Arg('after', () => String, { nullable: true, description });
}

/** The argument `after` of a subscription: the last message received. */
export function ResumeAfter(): ArgumentDecorator {
  const description =
    'Resumes behind the message with this cursor, of the last 7 days, without a gap; an older one is refused with CURSOR_EXPIRED. Absent: from now on.';
  return Arg('after', () => String, { nullable: true, description });
}
