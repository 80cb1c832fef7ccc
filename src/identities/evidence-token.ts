import type { TenantContext } from '../platform/context.js';
import { madeOnce } from '../platform/made-once.js';
import { blindIndex } from '../platform/seal.js';
import type { Holding } from './claim.entity.js';
import { nameToken, type PersonEvidence } from './person-evidence.rules.js';

const CHARACTERS_OF_A_TOKEN = 8;

/** What people are counted by in a claim: equal for equal values, and blind. */
export type EvidenceTokens = Pick<Holding, 'name' | 'birthday' | 'unionId'>;

/** By the evidence they stand for, which is of one tenant: a decision asks for the same ones at each of its steps. */
const made = madeOnce<PersonEvidence, EvidenceTokens>();

/** The tokens of what an account says of its person. */
export function tokensOf(ctx: TenantContext, person: PersonEvidence): EvidenceTokens {
  return made(person, () => makeTokens(ctx, person));
}

function makeTokens(ctx: TenantContext, { name, birthday, unionIds }: PersonEvidence): EvidenceTokens {
  const [unionId = null] = [...unionIds.values()].flatMap((keys) => [...keys]).sort();
  const token = (kind: string, value: string | null) =>
    value === null ? null : blindIndex(ctx.keys, 'evidence', kind, value).slice(0, CHARACTERS_OF_A_TOKEN);
  return {
    name: token('name', name && nameToken(name)),
    birthday: token('birthday', birthday),
    unionId: token('unionId', unionId),
  };
}

/** Whether two accounts' tokens say the same. */
export function isSameEvidence(a: EvidenceTokens, b: EvidenceTokens): boolean {
  return a.name === b.name && a.birthday === b.birthday && a.unionId === b.unionId;
}
