import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { fragmentsOf } from '../platform/fragments.js';
import { OperationCache } from '../platform/operation-cache.js';
import { conditionVariables, type Variables } from './compilable-document.js';
import { CompiledProgram, type Operation } from './compiled-program.js';
import { compiledSize } from './compiled-size.js';

const HITS_BEFORE_COMPILING = 3;
/** An operation of more fields than this is not compiled: it would block the process for too long. */
const LARGEST_OPERATION = 800;
/** Of all programs together. */
const FIELDS_KEPT = 50_000;
const PROGRAMS_KEPT = 1_000;
const MOST_CONDITIONS = 6;
/** After compiling, nothing is compiled for nine times as long: at most a tenth of the time goes into it. */
const PAUSE_AFTER_COMPILING = 9;
/** As graphql-js itself asks for. */
const MOST_VARIABLE_ERRORS = { maxErrors: 50 };

type GivenVariables = Readonly<Record<string, unknown>> | null | undefined;

/** A validated document to run. */
export interface ExecutionRequest {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly contextValue: unknown;
  readonly variableValues?: GivenVariables;
  /** Of a subscription's message: the payload. */
  readonly rootValue?: unknown;
  /** The variables as `coerce` gave them, where it was asked. */
  readonly coerced?: Variables | undefined;
}

/** What is known of one operation of a document. */
interface Candidate {
  readonly id: number;
  readonly operation: Operation;
  readonly size: number;
  /** The variables that decide which fields there are; each outcome is a program of its own. */
  readonly conditions: readonly string[];
  hits: number;
}

/** When operations are compiled; tests make it at once, or never. */
export interface CompilingPolicy {
  readonly hitsBeforeCompiling: number;
  /** For so many times as long as compiling took, nothing else is compiled. */
  readonly pauseAfterCompiling: number;
  /** The size of all programs together, in fields. */
  readonly fieldsKept: number;
}

const DEFAULT_POLICY: CompilingPolicy = {
  hitsBeforeCompiling: HITS_BEFORE_COMPILING,
  pauseAfterCompiling: PAUSE_AFTER_COMPILING,
  fieldsKept: FIELDS_KEPT,
};

/** The policy a setting names: `compiled` at once, `interpreted` always; without one, compiled after a few hits. */
export function compilingPolicy(executor: 'compiled' | 'interpreted' | undefined): CompilingPolicy {
  if (!executor) return DEFAULT_POLICY;
  const hitsBeforeCompiling = executor === 'compiled' ? 0 : Infinity;
  return { ...DEFAULT_POLICY, hitsBeforeCompiling, pauseAfterCompiling: 0 };
}

/**
 * Runs validated documents: those that come again are compiled by graphql-jit, the others and those that can't be
 * compiled are interpreted by graphql-js. The answers are the same, save that of several errors beneath one null the
 * two may tell different ones.
 */
export class CompiledExecution {
  /** Null for an operation that is better not compiled. */
  private readonly candidates = new OperationCache((document, operation) => this.createCandidate(document, operation));
  private readonly programs: LRUCache<string, CompiledProgram | 'none'>;
  private lastId = 0;
  private compilesFrom = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly policy: CompilingPolicy = DEFAULT_POLICY,
  ) {
    this.programs = new LRUCache({ max: PROGRAMS_KEPT, maxSize: policy.fieldsKept });
  }

  /** How many programs are kept. */
  get programCount(): number {
    return this.programs.size;
  }

  /** The answer to a document: data, errors or both. Never rejects for what a resolver throws. */
  async execute(request: ExecutionRequest): Promise<ExecutionResult> {
    const candidate = this.candidates.of(request.document, request.operationName);
    if (!candidate || candidate.hits < this.policy.hitsBeforeCompiling) {
      if (candidate) candidate.hits += 1;
      return this.interpret(request);
    }
    if (request.coerced) return this.run(candidate, request, request.coerced);
    const { coerced, errors } = this.valuesOf(candidate.operation.definition, request.variableValues);
    return errors ? { errors } : this.run(candidate, request, coerced);
  }

  private run(candidate: Candidate, request: ExecutionRequest, variables: Variables): Promise<ExecutionResult> {
    const { rootValue, contextValue } = request;
    const answer = this.programOf(candidate, variables)?.run({ rootValue, contextValue, variables });
    return answer ?? this.interpret(request);
  }

  /** The values of an operation's variables as resolvers get them; undefined where one does not hold. */
  coerce(definition: OperationDefinitionNode, values: GivenVariables): Variables | undefined {
    return this.valuesOf(definition, values).coerced;
  }

  private valuesOf({ variableDefinitions }: OperationDefinitionNode, values: GivenVariables) {
    return getVariableValues(this.schema, variableDefinitions ?? [], values ?? {}, MOST_VARIABLE_ERRORS);
  }

  private async interpret({ coerced: _, ...request }: ExecutionRequest): Promise<ExecutionResult> {
    return execute({ schema: this.schema, ...request });
  }

  private createCandidate(document: DocumentNode, definition: Operation['definition']): Candidate | null {
    const fragments = [...fragmentsOf(document).values()];
    const size = compiledSize(this.schema, definition, fragments);
    const conditions = conditionVariables([definition, ...fragments]);
    if (size > LARGEST_OPERATION || conditions.length > MOST_CONDITIONS) return null;
    this.lastId += 1;
    return { id: this.lastId, operation: { document, definition, fragments }, size, conditions, hits: 0 };
  }

  private programOf(candidate: Candidate, variables: Variables): CompiledProgram | undefined {
    const key = `${candidate.id}|${candidate.conditions.map((name) => (variables[name] === true ? 1 : 0)).join('')}`;
    const known = this.programs.get(key);
    if (known) return known === 'none' ? undefined : known;
    const started = performance.now();
    if (started < this.compilesFrom) return undefined;
    const made = CompiledProgram.compile(this.schema, candidate.operation, variables);
    const ended = performance.now();
    this.compilesFrom = ended + (ended - started) * this.policy.pauseAfterCompiling;
    this.programs.set(key, made ?? 'none', { size: Math.max(1, candidate.size) });
    return made;
  }
}
