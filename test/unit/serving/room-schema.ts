import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLError,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { AppError } from '../../../src/platform/errors.js';
import { DateTime, JSONValue } from '../../../src/platform/scalars.js';

/** The context: what mutations have noted. */
export interface RoomWorld {
  readonly log: string[];
}

const required = <T extends typeof GraphQLInt | typeof GraphQLString>(type: T) => new GraphQLNonNull(type);

const Colour = new GraphQLEnumType({ name: 'Colour', values: { RED: { value: 1 }, BLUE: { value: 'blue' } } });

const How = new GraphQLEnumType({
  name: 'How',
  values: { SYNC: {}, ASYNC: {}, CODED: {}, GRAPHQL: {}, TEXT: {}, RETURNED: {}, NUMBER: {} },
});

const RoomInput = new GraphQLInputObjectType({
  name: 'RoomInput',
  fields: {
    name: { type: GraphQLString },
    size: { type: required(GraphQLInt), defaultValue: 5 },
    tags: { type: new GraphQLList(GraphQLString) },
  },
});

const By = new GraphQLInputObjectType({
  name: 'By',
  isOneOf: true,
  fields: { id: { type: GraphQLID }, name: { type: GraphQLString } },
});

const Thing: GraphQLInterfaceType = new GraphQLInterfaceType({
  name: 'Thing',
  fields: () => ({ name: { type: GraphQLString } }),
  resolveType: ({ type }: { type?: string }) => type,
});

const Room: GraphQLObjectType = new GraphQLObjectType({
  name: 'Room',
  fields: () => ({
    id: { type: new GraphQLNonNull(GraphQLID) },
    things: { type: new GraphQLList(Thing), resolve: async () => THINGS },
    later: { type: GraphQLString, resolve: ({ id }) => Promise.resolve(`later ${id}`) },
    strict: {
      type: required(GraphQLInt),
      args: { at: { type: GraphQLInt } },
      resolve: ({ id }, { at }) => (id === `r${at}` ? null : at),
    },
    twin: { type: Room },
  }),
});

const Door = new GraphQLObjectType({
  name: 'Door',
  interfaces: [Thing],
  fields: { name: { type: GraphQLString }, width: { type: GraphQLInt }, room: { type: Room } },
});

const Lamp = new GraphQLObjectType({
  name: 'Lamp',
  interfaces: [Thing],
  fields: { name: { type: GraphQLString }, lit: { type: GraphQLBoolean, resolve: async () => true } },
});

const Nothing = new GraphQLObjectType({
  name: 'Nothing',
  fields: {
    required: { type: required(GraphQLString), resolve: () => null },
    requiredLater: { type: required(GraphQLString), resolve: async () => Promise.reject(new Error('later')) },
  },
});

const THINGS = [{ type: 'Door', name: 'front', width: 90, room: { id: 'r9' } }, { type: 'Lamp', name: 'desk' }, null];

const ROOMS = [{ id: 'r0' }, { id: 'r1' }, { id: 'r2' }];

function fail(how: string): unknown {
  if (how === 'ASYNC') return Promise.reject(new Error('later'));
  if (how === 'RETURNED') return new Error('given back');
  if (how === 'CODED') throw new AppError('CONFLICT', 'taken', { path: 'x' });
  if (how === 'GRAPHQL') throw new GraphQLError('refused', { extensions: { code: 'OWN' } });
  if (how === 'TEXT') throw 'only text';
  throw new Error('at once');
}

const text = (value: unknown) =>
  JSON.stringify(value, (_key, at) => (at instanceof Date ? `Date ${at.getTime()}` : at));

const Query: GraphQLObjectType = new GraphQLObjectType<unknown, RoomWorld>({
  name: 'Query',
  fields: () => ({
    hello: { type: GraphQLString, resolve: () => 'hello' },
    echo: {
      type: GraphQLString,
      args: { text: { type: GraphQLString, defaultValue: 'none' } },
      resolve: (_root, args) => text(args),
    },
    double: { type: GraphQLInt, args: { n: { type: required(GraphQLInt) } }, resolve: (_root, { n }) => n * 2 },
    tripled: {
      type: GraphQLInt,
      args: { n: { type: required(GraphQLInt), defaultValue: 7 } },
      resolve: (_root, { n }) => n * 3,
    },
    kindOf: {
      type: GraphQLString,
      args: { at: { type: DateTime } },
      resolve: (_root, { at }) => `${at?.constructor.name} ${Number(at)}`,
    },
    colours: {
      type: GraphQLString,
      args: { of: { type: new GraphQLList(new GraphQLNonNull(Colour)) } },
      resolve: (_root, args) => text(args),
    },
    shape: { type: GraphQLString, args: { in: { type: RoomInput } }, resolve: (_root, args) => text(args) },
    found: {
      type: GraphQLString,
      args: { by: { type: new GraphQLNonNull(By) } },
      resolve: (_root, args) => text(args),
    },
    json: { type: JSONValue, args: { value: { type: JSONValue } }, resolve: (_root, { value }) => value },
    told: {
      type: GraphQLString,
      args: { text: { type: GraphQLString } },
      resolve: (_root, _args, _context, info) =>
        [
          info.path.key,
          info.parentType.name,
          info.fieldName,
          info.operation.name?.value,
          info.schema === ROOM_SCHEMA.schema,
        ].join(' '),
    },
    things: { type: new GraphQLList(Thing), resolve: () => THINGS },
    broken: { type: Thing, resolve: () => ({ name: 'x' }) },
    room: { type: Room, resolve: () => ({ id: 'r0' }) },
    rooms: { type: new GraphQLList(Room), resolve: () => ROOMS.map((room) => Promise.resolve(room)) },
    mixed: { type: new GraphQLList(Room), resolve: () => [{ id: 'r0' }, new Error('in a list'), null] },
    grid: { type: new GraphQLList(new GraphQLList(GraphQLInt)), resolve: () => [[1, 2], null, [3, null]] },
    fails: { type: GraphQLString, args: { how: { type: How } }, resolve: (_root, { how }) => fail(how) },
    nothing: { type: Nothing, resolve: () => ({}) },
    never: { type: required(GraphQLString), resolve: () => null },
    wrong: { type: GraphQLInt, args: { how: { type: How } }, resolve: () => 'no number' },
    wrongTime: { type: DateTime, resolve: () => 'no time' },
    wrongColour: { type: Colour, resolve: () => 'no colour' },
    wrongList: { type: new GraphQLList(GraphQLInt), resolve: () => 1 },
  }),
});

const note = async (log: string[], line: string) => {
  await new Promise((resolve) => setImmediate(resolve));
  log.push(line);
  return log.length;
};

const Mutation = new GraphQLObjectType<unknown, RoomWorld>({
  name: 'Mutation',
  fields: {
    note: {
      type: GraphQLInt,
      args: { text: { type: GraphQLString } },
      resolve: (_root, args, { log }) => note(log, args.text),
    },
    noteFails: { type: GraphQLInt, resolve: () => Promise.reject(new Error('not noted')) },
  },
});

const Subscription = new GraphQLObjectType({ name: 'Subscription', fields: { ticks: { type: Room } } });

const ROOM_SCHEMA: { schema?: GraphQLSchema } = {};

/** A schema in which every way of answering, wrongly or rightly, has a field. */
export function roomSchema(): GraphQLSchema {
  ROOM_SCHEMA.schema ??= new GraphQLSchema({
    query: Query,
    mutation: Mutation,
    subscription: Subscription,
    types: [Door, Lamp],
  });
  return ROOM_SCHEMA.schema;
}
