import { GraphQLScalarType } from 'graphql';
import { GraphQLBigInt, GraphQLDateTimeISO, GraphQLJSON, GraphQLJSONObject } from 'graphql-scalars';

/** An instant, as ISO 8601 text in UTC. */
export const DateTime = new GraphQLScalarType({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description: 'An instant: ISO 8601 with a time zone, as `2026-03-01T08:30:00.000Z`.',
});

/** Any JSON value. */
export const JSONValue = GraphQLJSON;

/** A JSON object. */
export const JSONObject = GraphQLJSONObject;

/** A whole number of any size. */
export const BigIntScalar = GraphQLBigInt;
