import { valueFault } from '../ingestion/shape.rules.js';
import { badInput } from '../platform/errors.js';
import { jsonBytes } from '../platform/json-size.rules.js';
import { ConsentPurpose } from './consent-purpose.js';
import { isShareable, SHAREABLE } from './shareable-fields.js';

const LONGEST_VERSION = 100;
const LONGEST_TEXT = 200;
const LARGEST_EVIDENCE_BYTES = 8_192;
const MOST_FIELDS = 50;

/** A partner's grant as a caller asks for it. */
interface AskedGrant {
  readonly partner: string;
  readonly fields?: readonly string[] | null;
  readonly until?: Date | null;
}

/** A consent as a caller records it. */
export interface AskedConsent {
  readonly purpose: ConsentPurpose;
  readonly granted: boolean;
  readonly policyVersion: string;
  readonly expiresAt: Date | null;
  readonly evidence: Record<string, unknown> | null;
  readonly guardian: { readonly name: string; readonly contact: string; readonly relation: string } | null;
  readonly grant: AskedGrant | null;
}

/** A consent that may be recorded, its texts trimmed; BAD_USER_INPUT names the first fault. */
export function readConsent(asked: AskedConsent, now: Date) {
  const { purpose, granted, expiresAt, evidence, guardian, grant } = asked;
  if (expiresAt && !granted) throw badInput('expiresAt', 'is of grants alone: a withdrawal does not run out');
  if (expiresAt && expiresAt <= now) throw badInput('expiresAt', 'must be in the future');
  checkEvidence(evidence);
  return {
    purpose,
    granted,
    policyVersion: shortText(asked.policyVersion, 'policyVersion', LONGEST_VERSION),
    expiresAt,
    evidence,
    guardian: guardian && {
      name: shortText(guardian.name, 'guardian.name', LONGEST_TEXT),
      contact: shortText(guardian.contact, 'guardian.contact', LONGEST_TEXT),
      relation: shortText(guardian.relation, 'guardian.relation', LONGEST_TEXT),
    },
    grant: grant && readGrant(grant, purpose, granted, now),
  };
}

function checkEvidence(evidence: Record<string, unknown> | null): void {
  const fault = valueFault(evidence, 'evidence');
  if (fault) throw badInput(fault.path ?? 'evidence', fault.message, { reason: fault.code });
  const bytes = evidence ? jsonBytes(evidence) : 0;
  if (bytes > LARGEST_EVIDENCE_BYTES)
    throw badInput('evidence', `has ${bytes} bytes; at most ${LARGEST_EVIDENCE_BYTES} are kept`);
}

function readGrant({ partner, fields = null, until = null }: AskedGrant, purpose: string, granted: boolean, now: Date) {
  if (purpose !== ConsentPurpose.PARTNER_SHARING) throw badInput('grant', 'is of PARTNER_SHARING alone');
  if (!granted && (fields || until))
    throw badInput(fields ? 'grant.fields' : 'grant.until', 'is of grants alone: a partner is withdrawn as a whole');
  if (until && until <= now) throw badInput('grant.until', 'must be in the future');
  return { partner: shortText(partner, 'grant.partner', LONGEST_VERSION), fields: readFields(fields), until };
}

function readFields(fields: readonly string[] | null): readonly string[] | null {
  if (!fields) return null;
  if (fields.length < 1 || fields.length > MOST_FIELDS)
    throw badInput('grant.fields', `must name 1 to ${MOST_FIELDS} fields; leave it out to share all`);
  const strange = fields.findIndex((field) => !isShareable(field));
  if (strange >= 0) throw badInput(`grant.fields[${strange}]`, `must be one of ${SHAREABLE.join(', ')}`);
  return [...new Set(fields)].sort();
}

function shortText(text: string, path: string, longest: number): string {
  const trimmed = text.trim();
  const fault = valueFault(trimmed, path);
  if (fault) throw badInput(fault.path ?? path, fault.message, { reason: fault.code });
  if (trimmed.length < 1 || trimmed.length > longest) throw badInput(path, `must be 1 to ${longest} characters`);
  return trimmed;
}
