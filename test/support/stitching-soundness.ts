import { expect } from '@jest/globals';
import type { Item } from './naive-stitching.js';
import type { TenantWorld } from './stitching-world.js';

/** Sends rounds of batches, those of a round at the same moment; returns the keys of all profiles there ever were between rounds. */
export async function deliverAll(tenant: TenantWorld, rounds: readonly Item[][][]): Promise<string[]> {
  const everShown = new Set<string>();
  for (const round of rounds) {
    await Promise.all(round.map((batch) => tenant.deliver(batch)));
    for (const { _id, mergedInto } of await tenant.profileDocuments()) if (!mergedInto) everShown.add(_id);
  }
  return [...everShown];
}

/** That nothing is lost or doubled, and that all that ever was a profile leads to one that names it. */
export async function expectSound(
  tenant: TenantWorld,
  items: readonly Item[],
  everShown: readonly string[],
): Promise<void> {
  expect(await tenant.persons()).toEqual(tenant.expected(items));
  const messageIds = (await tenant.events()).map(({ messageId }) => messageId).sort();
  expect(messageIds).toEqual([...new Set(items.map(({ messageId }) => messageId))].sort());
  await expectOldIdsToLead(tenant, everShown);
}

async function expectOldIdsToLead(tenant: TenantWorld, everShown: readonly string[]): Promise<void> {
  const documents = new Map((await tenant.profileDocuments()).map((document) => [document._id, document]));
  for (const _id of everShown) {
    let document = documents.get(_id);
    while (document?.mergedInto) document = documents.get(document.mergedInto);
    expect(document).toBeDefined();
    const expected = document?._id === _id ? [] : [_id.slice(_id.indexOf(':') + 1)];
    expect(document?.mergedIds).toEqual(expect.arrayContaining(expected));
  }
  for (const { _id, mergedInto, mergedIds } of documents.values())
    if (!mergedInto) expect(mergedIds.map((id) => `${_id.slice(0, _id.indexOf(':'))}:${id}`)).not.toContain(_id);
}
