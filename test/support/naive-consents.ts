/** What was said once: of which accounts, and with which of them a grant stays. */
export interface Statement {
  readonly at: number;
  readonly granted: boolean;
  readonly purpose: string;
  readonly anchorId: string;
  readonly accountIds: readonly string[];
}

/** Whether a person with these accounts grants a purpose, by all that was ever said: a naive reading of the rule. */
export function naivelyGranted(log: readonly Statement[], purpose: string, own: readonly string[]): boolean {
  const binding = log.filter(
    (one) => one.purpose === purpose && (one.granted ? own.includes(one.anchorId) : overlap(one.accountIds, own)),
  );
  const last = own.map((id) => ({
    id,
    statement: lastOf(binding.filter(({ accountIds }) => accountIds.includes(id))),
  }));
  if (last.some(({ statement }) => statement?.granted === false)) return false;
  return last.some(({ id, statement }) => statement?.anchorId === id);
}

function overlap(a: readonly string[], b: readonly string[]): boolean {
  return a.some((id) => b.includes(id));
}

/** The last statement; of several at one moment a withdrawal. */
function lastOf(statements: readonly Statement[]): Statement | undefined {
  const latest = Math.max(...statements.map(({ at }) => at));
  const together = statements.filter(({ at }) => at === latest);
  return together.find(({ granted }) => !granted) ?? together[0];
}
