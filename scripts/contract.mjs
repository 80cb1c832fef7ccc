import { readFile } from 'node:fs/promises';
import { buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql';
import { forPeople, orOneLine } from './for-people.mjs';
import { inProject } from './project.mjs';

/**
 * `npm run contract`: the emitted schema holds all of the contract. Nothing may break; what is dangerous must be named, with
 * its reason, in schema/allowed-dangers.json.
 */
const read = (file) => readFile(inProject('schema', file), 'utf8');

await orOneLine(async () => {
  const contract = buildSchema(await read('contract.graphql'));
  const emitted = buildSchema(await read('schema.graphql'));
  const allowed = new Set(JSON.parse(await read('allowed-dangers.json')).map(({ change }) => change));
  const dangers = findDangerousChanges(contract, emitted).filter(({ description }) => !allowed.has(description));
  const faults = [
    ...findBreakingChanges(contract, emitted).map(({ description }) => `breaks: ${description}`),
    ...dangers.map(({ description }) => `is dangerous: ${description}`),
  ];
  if (faults.length > 0) throw forPeople(`The emitted schema departs from the contract.\n${faults.join('\n')}`);
});
