import { describe, expect, test } from '@jest/globals';
import { accountType } from '../../../src/channels/account-types.js';
import { Channel } from '../../../src/channels/channel.js';
import type { TenantContext } from '../../../src/platform/context.js';
import { unpack } from '../../../src/platform/packed.js';
import { changedFields, openDocument, type SealedDocument, sealDocument } from '../../../src/platform/sealed-store.js';
import { Profile } from '../../../src/profiles/profile.entity.js';
import { newTenantKeys } from '../../support/tenant-keys.js';

const contextOf = (sealImportant: boolean) =>
  ({
    tenantId: 'demo',
    keys: newTenantKeys(),
    settings: { sealImportant },
  }) as unknown as TenantContext;
const ctx = contextOf(false);
const type = accountType(Channel.CRM);
const account = (id: string) => ({
  _id: `demo:${id}`,
  channel: 'CRM',
  displayName: 'Anna',
  attributes: { name: 'Anna', gender: 'FEMALE', owner: 'e1' },
  custom: {},
});
const stored = (id: string, context = ctx) =>
  sealDocument(context, type, account(id) as never) as SealedDocument & { attributes: object };

describe('a sealed document', () => {
  test('holds masks, and opens again', () => {
    const document = stored('a1');
    expect(document.attributes).toEqual({ name: 'A**', gender: 'FEMALE', owner: 'e1' });
    expect(Object.keys(document.sealed)).toEqual(['CORE']);
    expect(openDocument(ctx, type, document)).toMatchObject(account('a1'));
  });

  test('seals IMPORTANT values where the tenant says so, and opens the classes named', () => {
    const strict = contextOf(true);
    const document = stored('a1', strict);
    expect(document.attributes).toEqual({ name: 'A**', gender: null, owner: 'e1' });
    const opened = openDocument(strict, type, document, new Set(['IMPORTANT'] as const));
    expect(opened.attributes).toEqual({ name: 'A**', gender: 'FEMALE', owner: 'e1' });
  });

  test('keeps its key when it is sealed again', () => {
    const { key } = stored('a1');
    expect(sealDocument(ctx, type, { ...account('a1'), key } as never)).toMatchObject({ key });
  });

  test('keeps a blob that was opened and whose values stay, and seals what changed', () => {
    const read = openDocument(ctx, type, stored('a1'));
    const again = (change: object, brought: object = { key: read.key, sealed: read.sealed }) =>
      sealDocument(ctx, type, { ...account('a1'), ...brought, ...change } as never) as SealedDocument;
    expect(again({ lastSeenAt: new Date(1) }).sealed.CORE).toBe(read.sealed.CORE);
    const renamed = again({ displayName: 'Berta' });
    expect(renamed.sealed.CORE).not.toEqual(read.sealed.CORE);
    expect(openDocument(ctx, type, renamed)).toMatchObject({ displayName: 'Berta' });
    const rekeyed = again({}, { sealed: read.sealed });
    expect(openDocument(ctx, type, rekeyed)).toMatchObject({ displayName: 'Anna' });
  });

  test('is written again in what differs alone', () => {
    const read = openDocument(ctx, type, stored('a1'));
    const changed = (change: object, context = ctx) => {
      const clear = { ...account('a1'), ...change };
      const document = sealDocument(context, type, { ...clear, key: read.key, sealed: read.sealed } as never);
      return Object.keys(changedFields(document, clear, read)).sort();
    };
    expect(changed({})).toEqual(['packed']);
    expect(changed({ custom: { note: 'x' } })).toEqual(['custom', 'packed']);
    expect(changed({ attributes: { ...account('a1').attributes, gender: 'MALE' } })).toEqual(['attributes', 'packed']);
    expect(changed({ displayName: 'Anton' })).toEqual(expect.arrayContaining(['displayName', 'sealed']));
    expect(changed({}, { ...ctx, settings: { sealImportant: true } } as TenantContext)).toContain('attributes');
  });

  test('does not open in the place of another, nor its blob in the place of another class', () => {
    const [one, other] = [stored('a1'), stored('a2')];
    expect(() => openDocument(ctx, type, { ...one, sealed: other.sealed })).toThrow();
    expect(() => openDocument(ctx, type, { ...one, _id: other._id })).toThrow();
    expect(() => openDocument(ctx, type, { ...one, key: other.key, sealed: other.sealed })).toThrow();
    expect(() =>
      openDocument(ctx, type, { ...one, sealed: { IMPORTANT: one.sealed.CORE ?? Buffer.alloc(0) } }),
    ).toThrow();
    expect(() => openDocument(ctx, accountType(Channel.ERP), one)).toThrow();
    expect(() => openDocument(contextOf(false), type, { ...one, key: Buffer.from(one.key) })).toThrow();
  });

  test('packs what nothing queries by, and unpacks it', () => {
    const profile = {
      _id: 'demo:p1',
      traits: { name: 'Anna', custom: {} },
      identifiers: [],
      manualTraits: [{ trait: 'city', value: 'Oslo', at: new Date(5) }],
    };
    const document = sealDocument(ctx, Profile, profile as never) as SealedDocument & { packed?: Buffer };
    expect(document).not.toHaveProperty('identifiers');
    expect(document.packed).toBeInstanceOf(Buffer);
    expect(openDocument(ctx, Profile, unpack(ctx.keys, Profile, document))).toMatchObject(profile);
    expect(unpack(ctx.keys, Profile, { a: 1 })).toEqual({ a: 1 });
  });
});
