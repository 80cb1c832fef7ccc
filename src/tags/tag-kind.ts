import { registerEnumType } from 'type-graphql';

/** How a tag comes to stand on a profile. */
export enum TagKind {
  MANUAL = 'MANUAL',
  RULE = 'RULE',
  MODEL = 'MODEL',
}

registerEnumType(TagKind, {
  name: 'TagKind',
  description: 'How a tag comes to stand on a profile.',
  valuesConfig: {
    MANUAL: { description: 'People or systems put it there.' },
    RULE: { description: 'It stands wherever its rule holds.' },
    MODEL: { description: 'A model puts it there, with a confidence below 1.' },
  },
});
