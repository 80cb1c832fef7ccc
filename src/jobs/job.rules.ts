import { AppError, badInput } from '../platform/errors.js';
import { leaseLanes } from '../platform/lease-lanes.rules.js';
import type { JobKind } from './job-kind.js';

const LARGEST_PARAMETERS = 32_768;

/** The leases under which the jobs of a kind are run in a tenant. */
export const JOB_LANES = leaseLanes('jobs', 16);

/** The kind of a name; BAD_USER_INPUT where there is none. */
export function kindNamed(kinds: readonly JobKind[], name: string): JobKind {
  const found = kinds.find(({ kind }) => kind === name);
  if (!found) throw badInput('kind', `is no kind of job; there are ${kinds.map(({ kind }) => kind).join(', ')}`);
  return found;
}

/** Parameters as their kind reads them; BAD_USER_INPUT names each place that doesn't fit as `parameters.<key>`. */
export function readParameters({ parameters }: JobKind, given: unknown): Record<string, unknown> {
  if (JSON.stringify(given ?? {}).length > LARGEST_PARAMETERS)
    throw badInput('parameters', `must be at most ${LARGEST_PARAMETERS} characters of JSON`);
  const parsed = parameters.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is an unknown key' }))
      : [{ path: pathOf(issue.path), message: issue.message }],
  );
  const { path, message } = faults[0] ?? { path: 'parameters', message: 'is malformed' };
  throw badInput(path, message, { faults });
}

function pathOf(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}.${String(key)}`),
    'parameters',
  );
}

/** What may be told of why a job failed: a coded error's code and message; of a defect, where to look. */
export function failureOf(error: unknown, jobId: string, withoutQuotations: (text: string) => string): string {
  if (error instanceof AppError) return `${error.code}: ${withoutQuotations(error.message)}`;
  return `INTERNAL_SERVER_ERROR: the log tells more under ${jobId}`;
}
