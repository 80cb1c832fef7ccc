import type { RequestContext, TenantContext } from '../platform/context.js';
import { AppError, hasCode } from '../platform/errors.js';
import { piecesOf } from '../platform/pieces.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { ProfileState } from '../profiles/profile-state.js';
import { RuleCompiler } from '../rules/compile-rule.rules.js';
import { eventReadsOf } from '../rules/reads.rules.js';
import type { RuleInput } from '../segments/rule.inputs.js';
import type { SegmentService } from '../segments/segment.service.js';
import type { SegmentEditingService } from '../segments/segment-editing.service.js';
import type { SubjectService } from './subject.service.js';

const PIECE = 100;
/** Of more people a rule that nobody has stored is not asked. */
const MOST_ASKED = 200_000;

/** Whom of some profiles a rule holds for now: their ids. */
export type Holding = (ctx: TenantContext, states: readonly ProfileState[]) => Promise<ReadonlySet<string>>;

/** Asks a rule that nobody has stored. */
export class RulePeopleService {
  constructor(
    private readonly segments: SegmentService,
    private readonly editing: SegmentEditingService,
    private readonly subjects: SubjectService,
    private readonly profiles: ProfileStore,
  ) {}

  /** Of these profiles those that a rule holds for now, in clear: two commands for each hundred, and those for their events. */
  async *among(ctx: TenantContext, holding: Holding, ids: AsyncIterable<string>): AsyncGenerator<ProfileState> {
    let asked = 0;
    for await (const piece of piecesOf(ids, PIECE)) {
      asked += piece.length;
      if (asked > MOST_ASKED)
        throw new AppError(
          'QUERY_TOO_COMPLEX',
          `A rule is asked of ${MOST_ASKED} people at most; make a segment of it.`,
        );
      const living = [...(await this.profiles.resolve(ctx, piece)).values()];
      const states = living.map((stored) => this.profiles.open(ctx, stored).state);
      const found = await holding(ctx, states);
      yield* states.filter(({ id }) => found.has(id));
    }
  }

  /** A rule, read for this caller and compiled once; BAD_USER_INPUT names the place of what is wrong, below `path`. */
  async ask(ctx: RequestContext, input: RuleInput, path = 'rule'): Promise<Holding> {
    const rule = await this.editing.read(ctx, input).catch((error: unknown) => {
      throw below(path, error);
    });
    const { rules } = await this.segments.book(ctx);
    const compiled = new RuleCompiler({ timeZone: ctx.settings.timeZone, segments: rules }).compile(rule);
    const reads = eventReadsOf(rule, rules);
    return async (now, states) => {
      const subjects = await this.subjects.of(now, states, reads);
      const at = now.now();
      return new Set([...subjects].flatMap(([id, subject]) => (compiled.holds(subject, at) ? [id] : [])));
    };
  }
}

/** Places in a rule begin with `rule`. */
function below(path: string, error: unknown): unknown {
  const isPlaced = hasCode(error, 'BAD_USER_INPUT') || hasCode(error, 'FORBIDDEN');
  if (path === 'rule' || !isPlaced || typeof error.details.path !== 'string') return error;
  const place = (text: string) => text.replace(/^rule/, path);
  return new AppError(error.code, place(error.message), { ...error.details, path: place(error.details.path) });
}
