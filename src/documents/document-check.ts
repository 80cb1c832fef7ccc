import { type GraphQLSchema, Kind, parse, validate, visit } from 'graphql';
import { badInput } from '../platform/errors.js';
import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { MOST_TOKENS, parserLimit, requireWithinLimits } from '../serving/document-limits.js';

const MOST_ERRORS = 1;

/** Lets a document be registered that could run, and holds nobody's data; else BAD_USER_INPUT, or QUERY_TOO_COMPLEX. */
export function checkDocument(schema: GraphQLSchema, text: string, path: string): void {
  const document = parsed(text, path);
  requireWithinLimits(document);
  const [fault] = validate(schema, document, undefined, { maxErrors: MOST_ERRORS });
  if (fault) throw badInput(path, fault.message);
  if (!document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION))
    throw badInput(path, 'holds no operation');
  visit(document, {
    [Kind.STRING]: ({ value }) => {
      if (holdsPersonalData(value)) throw badInput(path, 'holds a value that tells of a person; make it a variable');
    },
  });
}

function parsed(text: string, path: string) {
  try {
    return parse(text, { maxTokens: MOST_TOKENS });
  } catch (error) {
    throw parserLimit(error) ?? badInput(path, 'must be a GraphQL document');
  }
}
