import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../platform/scalars.js';

/** A file of an export. */
@ObjectType({ simpleResolvers: true, description: 'A file of the export of a tenant.' })
export class TenantExportFile {
  @Field(() => String, { description: "To be put in place of manifest.json in the export's url." })
  name!: string;

  @Field(() => Int, { nullable: true, description: 'Its lines; null of the manifest.' })
  rows!: number | null;

  @Field(() => Float, { description: 'Its size as it is fetched.' })
  bytes!: number;

  @Field(() => String, { description: 'SHA-256 of the file as it is fetched, hexadecimal.' })
  sha256!: string;
}

/** All that was stored of a tenant when it was exported, for its own people. */
@ObjectType({
  simpleResolvers: true,
  description: 'All that was stored of a tenant when a platform admin had it exported, in clear, for its own people.',
})
export class TenantExport {
  @Field(() => ID)
  id!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it is deleted.' })
  expiresAt!: Date;

  @Field(() => Float, { description: 'The size of all files together, as they are fetched.' })
  bytes!: number;

  @Field(() => [TenantExportFile])
  files!: TenantExportFile[];

  @Field(() => String, {
    nullable: true,
    description:
      'Where to fetch the manifest, relative to the address of the API; it expires after a day. Null for callers from whom a class of data is withheld.',
  })
  url!: string | null;
}
