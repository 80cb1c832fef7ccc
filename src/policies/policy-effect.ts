import { registerEnumType } from 'type-graphql';

/** What a rule of a policy does. */
export enum PolicyEffect {
  ALLOW = 'ALLOW',
  DENY = 'DENY',
}
registerEnumType(PolicyEffect, {
  name: 'PolicyEffect',
  description: 'What a rule does; DENY wins over every ALLOW.',
});

/** The classes of data that a right shows in clear. */
export enum DataClass {
  CORE = 'CORE',
  IMPORTANT = 'IMPORTANT',
}
registerEnumType(DataClass, {
  name: 'DataClass',
  description: 'How personal a value is: CORE identifies a person, IMPORTANT is worth hiding from some.',
});
