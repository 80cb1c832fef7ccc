import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type VariableNode,
  visit,
} from 'graphql';
import { rootFieldsOf } from '../access/document-rules.js';
import type { Principal } from '../access/principal.js';
import { canonicalJson } from '../platform/canonical-json.js';
import { badInput } from '../platform/errors.js';
import { isPartner } from '../privacy/opening.rules.js';
import type { SocketOperation } from '../serving/serving-context.js';
import { variableErrors } from '../serving/value-faults.js';

/** What a subscription asks for. */
export interface SubscriptionPlan extends SocketOperation {
  readonly field: string;
  /** Of the field, coerced. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The same for subscriptions whose messages are the same: for the same document, variables, tenant and rights. */
  readonly key: string;
}

/** Reads what a valid subscription asks for; BAD_USER_INPUT where its variables are wrong. */
export function planSubscription(
  schema: GraphQLSchema,
  principal: Principal,
  subscription: SocketOperation,
): SubscriptionPlan {
  const { document, operation, variables } = subscription;
  const [node, ...others] = rootFieldsOf(document, operation);
  const field = node && schema.getSubscriptionType()?.getFields()[node.name.value];
  if (!field || others.length > 0) throw badInput('query', 'a subscription selects one field, and that alone');
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  const [fault] = coerced ? [] : variableErrors(schema, operation, variables);
  if (!coerced) throw badInput('variables', fault?.message ?? 'The variables are malformed.');
  const args = getArgumentValues(field, node, coerced);
  return { ...subscription, field: field.name, args, key: keyOfPlan(principal, subscription, node) };
}

/** What a caller may see depends on these alone. */
export function accessKeyOf(principal: Principal): string {
  const { kind, tenantId, roles, purposes, segmentIds = null, profileIds = null, name } = principal;
  const partner = isPartner(principal) ? name : null;
  return JSON.stringify([kind, tenantId, [...roles].sort(), [...purposes].sort(), segmentIds, profileIds, partner]);
}

/** Where a reader resumes makes no difference to what it is told: the variable for it is left out. */
function keyOfPlan(
  principal: Principal,
  { document, operationName, variables }: SocketOperation,
  node: FieldNode,
): string {
  const resuming = variableOfAfter(document, node);
  const counted = { ...variables, ...(resuming !== undefined && { [resuming]: undefined }) };
  const text = document.loc?.source.body ?? '';
  return createHash('sha256')
    .update(canonicalJson([accessKeyOf(principal), text, operationName ?? null, counted]))
    .digest('base64url');
}

/** The variable that stands for the field's `after`, where it stands nowhere else. */
function variableOfAfter(document: DocumentNode, node: FieldNode): string | undefined {
  const value = node.arguments?.find(({ name }) => name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return undefined;
  const name = value.name.value;
  let uses = 0;
  const count = (variable: VariableNode) => {
    if (variable.name.value === name) uses += 1;
  };
  visit(document, { [Kind.VARIABLE_DEFINITION]: () => false, [Kind.VARIABLE]: count });
  return uses === 1 ? name : undefined;
}
