import { registerEnumType } from 'type-graphql';

/** What becomes of a list with the profiles given. */
export enum ListChange {
  REPLACE = 'REPLACE',
  APPEND = 'APPEND',
  REMOVE = 'REMOVE',
}

registerEnumType(ListChange, {
  name: 'ListChange',
  description: "What becomes of a STATIC segment's list with the profiles given.",
  valuesConfig: {
    REPLACE: { description: 'They are the list from now on.' },
    APPEND: { description: 'They are added to it.' },
    REMOVE: { description: 'They are taken off it.' },
  },
});
