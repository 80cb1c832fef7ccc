import { Field, ID, InterfaceType } from 'type-graphql';
import { kindOfId } from './ids.js';

type TypeNameOf = (node: Node) => string;

const typeNames = new Map<string, TypeNameOf>();

/** Says which GraphQL type the objects of a kind of id (`prf`, `acc`, `evt` ...) are. */
export function registerNode(kind: string, typeNameOf: TypeNameOf): void {
  typeNames.set(kind, typeNameOf);
}

/** What has an id of its own on the wire: `prf_`, `acc_`, `evt_` ... and a ULID. */
@InterfaceType({
  description: 'What has an id of its own.',
  resolveType: (node: Node) => typeNames.get(kindOfId(node.id) ?? '')?.(node),
})
export abstract class Node {
  @Field(() => ID, { description: 'A typed id: three letters, an underscore and a ULID. It carries no tenant.' })
  id!: string;
}
