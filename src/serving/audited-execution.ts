import { type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import type { AuditTrail } from '../audit/audit-trail.service.js';
import { shownInClear } from '../audit/clear-fields.js';
import { refusalCodeOf } from '../audit/refusal-codes.js';
import type { SelectedFields } from '../audit/selected-fields.js';
import type { RequestContext } from '../platform/context.js';
import type { CompiledExecution, ExecutionRequest } from './compiled-execution.js';
import { labelOf } from './observe-operations.js';
import { callerOf, type ServingContext } from './serving-context.js';

/** What runs documents. */
export type Execution = Pick<CompiledExecution, 'execute' | 'coerce'>;

/**
 * Runs documents, and has what they did and show written to the audit log before the answer goes on its way, whatever it
 * came by. What can't be written is not answered: the answer is the error, and no data.
 */
export class AuditedExecution implements Execution {
  constructor(
    private readonly execution: Execution,
    private readonly selected: SelectedFields,
    private readonly trail: AuditTrail,
  ) {}

  coerce(...of: Parameters<Execution['coerce']>): ReturnType<Execution['coerce']> {
    return this.execution.coerce(...of);
  }

  async execute(request: ExecutionRequest): Promise<ExecutionResult> {
    const result = await this.execution.execute(request);
    const ctx = callerOf(request.contextValue as ServingContext);
    if (!ctx || (!result.errors && ctx.trail.isEmpty)) return result;
    try {
      await this.write(ctx, request, result);
      return result;
    } catch (error) {
      const originalError = error instanceof Error ? error : new Error(String(error));
      return { data: null, errors: [new GraphQLError(originalError.message, { originalError })] };
    }
  }

  private async write(ctx: RequestContext, request: ExecutionRequest, { errors }: ExecutionResult): Promise<void> {
    const { document, operationName } = request;
    const operation = getOperationAST(document, operationName);
    if (!operation) return;
    const variables = () => request.coerced ?? this.execution.coerce(operation, request.variableValues) ?? {};
    const { clearReads } = ctx.trail;
    const shown =
      clearReads.length > 0
        ? shownInClear(clearReads, this.selected.of({ document, operationName, variables }))
        : undefined;
    const refused = [...new Set(errors?.flatMap((error) => refusalCodeOf(causeOf(error)) ?? []))];
    await this.trail.answered(ctx, { shown, operation: labelOf(document, operation), refused });
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error;
}
