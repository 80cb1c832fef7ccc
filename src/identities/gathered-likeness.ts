import { type ComparedValues, type GradeOfKey, judgeOfAccounts } from '../likeness/account-judge.js';
import type { KnownCandidate } from '../likeness/candidate.rules.js';
import { weightOfProbability } from '../matching/level-weights.js';
import type { MatchModel } from '../matching/match-model.js';
import type { AlikeEvidence } from './alike.rules.js';

/** From which probability on groups that are alike are linked, and pairs are looked at. */
export interface MatchThresholds {
  readonly link: number;
  readonly review: number;
}

/** Which of the gathered accounts are alike, by the model in force. */
export class GatheredLikeness {
  private readonly candidates = new Map<string, KnownCandidate>();

  constructor(private readonly thresholds: MatchThresholds) {}

  /** Takes in pairs, and gives the accounts that those worth a look lead to. */
  add(candidates: readonly KnownCandidate[]): string[] {
    for (const candidate of candidates) this.candidates.set(candidate.id, candidate);
    return this.worthALook(candidates).flatMap(({ accountIds }) => accountIds);
  }

  get all(): KnownCandidate[] {
    return [...this.candidates.values()];
  }

  /** What the decision is a function of: who is alike, and how groups are judged by a model. */
  evidenceBy(model: MatchModel, comparedOf: (accountId: string) => ComparedValues, gradeOf: GradeOfKey): AlikeEvidence {
    return {
      pairs: this.worthALook(this.all),
      linkedFrom: weightOfProbability(this.thresholds.link),
      judgeOf: (accountIds) => judgeOfAccounts(model, accountIds.map(comparedOf), gradeOf),
    };
  }

  /** What of some pairs a decision depends on, a line each. */
  linesOf(candidates: readonly KnownCandidate[]): string[] {
    return this.worthALook(candidates)
      .map(({ id, weight }) => `${id} ${weight}`)
      .sort();
  }

  private worthALook(candidates: readonly KnownCandidate[]): KnownCandidate[] {
    return candidates.filter(({ isOpen, probability }) => isOpen && probability >= this.thresholds.review);
  }
}
