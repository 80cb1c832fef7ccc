import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { ensureBuilt } from './build.mjs';
import { forPeople, orOneLine } from './for-people.mjs';
import { inProject } from './project.mjs';

/** `npm run schema`: writes the schema that the code declares; with `--check`, fails where the committed one differs. */
const COMMITTED = inProject('schema', 'schema.graphql');

async function declaredSchema() {
  await ensureBuilt(() => {});
  const { buildProductSchema } = await import(inProject('dist', 'src', 'schema.js'));
  const schema = await buildProductSchema({ get: () => ({}) });
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

async function committedSchema() {
  return readFile(COMMITTED, 'utf8').catch(() => '');
}

await orOneLine(async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const declared = await declaredSchema();
  if (!values.check) {
    await writeFile(COMMITTED, declared);
  } else if (declared !== (await committedSchema())) {
    throw forPeople('schema/schema.graphql is not what the code declares; `npm run schema` writes it.');
  }
});
