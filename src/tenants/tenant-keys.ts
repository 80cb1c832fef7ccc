import { createSecretKey, randomBytes } from 'node:crypto';
import { AppError } from '../platform/errors.js';
import { BARE_ID, type BlockCipher, type IndexVersions, versionsOf } from '../platform/index-versions.js';
import type { KeyProvider } from '../platform/key-provider.js';
import { type BlindingKey, type KeyRing, keyRing, type SealingKey, type TenantKeys } from '../platform/seal.js';
import type { SuiteName } from '../platform/suites/suite.js';
import { suiteNamed } from '../platform/suites/suites.js';
import type { StoredKeys, Tenant, TenantKeyRecord } from './tenant.entity.js';

const KEY_BYTES = 32;
const FIRST_ID = 1;
/** For so long what was read is taken for what is in force by who has just written under it. */
const SEEN_FOR_MS = 20_000;
const KINDS = ['data', 'index', 'id'] as const;

/** One record of a tenant's key, and what it is of. */
type KeyName = Pick<TenantKeyRecord, 'kind' | 'id' | 'suite'>;

/** Where a tenant's key is wrapped for; the first of a kind as before there were several. */
function placeOfKey(tenantId: string, { kind, id }: KeyName): string {
  return `platform|tenants|${tenantId}|${kind}${id === FIRST_ID ? '' : `|${id}`}`;
}

/** A fresh key of a tenant, wrapped. */
export async function newKeyOf(
  masterKeys: KeyProvider,
  tenantId: string,
  name: KeyName,
  createdAt: Date,
): Promise<TenantKeyRecord> {
  const raw = randomBytes(KEY_BYTES);
  const wrapped = await masterKeys.wrap(suiteNamed(name.suite), placeOfKey(tenantId, name), raw);
  raw.fill(0);
  return { ...name, wrapped, createdAt };
}

/** The keys that a tenant begins with. */
export async function newKeysOf(
  masterKeys: KeyProvider,
  tenantId: string,
  suite: SuiteName,
  createdAt: Date,
): Promise<StoredKeys> {
  const name = (kind: TenantKeyRecord['kind']) => ({ kind, id: FIRST_ID, suite });
  const keys = KINDS.map((kind) => newKeyOf(masterKeys, tenantId, name(kind), createdAt));
  return { keys: await Promise.all(keys), dataKey: FIRST_ID, indexKey: BARE_ID, indexFrom: BARE_ID };
}

/** A tenant's keys as they are stored now; those of an earlier version as one of each kind. */
export function storedKeysOf(tenant: Tenant): StoredKeys {
  const { keys, dataKey = FIRST_ID, indexKey = BARE_ID, indexFrom = BARE_ID, wrappedKeys, createdAt } = tenant;
  if (keys) return { keys, dataKey, indexKey, indexFrom };
  const first = KINDS.flatMap((kind) => {
    const wrapped = wrappedKeys?.[kind];
    return wrapped ? [{ kind, id: FIRST_ID, suite: 'AES_GCM_SHA256' as const, wrapped, createdAt }] : [];
  });
  return { keys: first, dataKey: FIRST_ID, indexKey: BARE_ID, indexFrom: BARE_ID };
}

/** A tenant's key in clear. */
export async function unwrapTenantKey(
  masterKeys: KeyProvider,
  tenantId: string,
  record: TenantKeyRecord,
): Promise<Buffer> {
  try {
    return await masterKeys.unwrap(placeOfKey(tenantId, record), record.wrapped);
  } catch {
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      'MASTER_KEY does not open the keys of this tenant: it was made under another one.',
    );
  }
}

/** A tenant's key, wrapped anew under the current master key by a suite: its secret stays. */
export async function rewrapTenantKey(
  masterKeys: KeyProvider,
  tenantId: string,
  record: TenantKeyRecord,
  suite: SuiteName,
): Promise<TenantKeyRecord> {
  const raw = await unwrapTenantKey(masterKeys, tenantId, record);
  const wrapped = await masterKeys.wrap(suiteNamed(suite), placeOfKey(tenantId, record), raw);
  raw.fill(0);
  return { ...record, wrapped };
}

/**
 * A tenant's keys in this process. They follow what is stored: every context of the tenant holds this one object, so that
 * who works long seals under the keys in force, and opens what others have sealed meanwhile.
 */
export class LiveKeys implements TenantKeys {
  data!: KeyRing;
  index!: BlindingKey;
  id!: BlindingKey;
  versions!: IndexVersions;
  /** By kind and id: what is unwrapped under these stays what it is. */
  private readonly unwrapped = new Map<string, SealingKey>();
  private readonly ciphers = new Map<number, BlockCipher>();
  private seen = { version: 0, keysVersion: -1 };
  /** Since when what is known here is what is stored, by the clock of this process. */
  private seenAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly masterKeys: KeyProvider,
    /** Has what is stored of the tenant read and followed. */
    private readonly readAgain: () => Promise<unknown>,
  ) {}

  async isInForce(versionId: number): Promise<boolean> {
    if (performance.now() - this.seenAt > SEEN_FOR_MS) await this.readAgain();
    return this.versions.current.id === versionId;
  }

  /** Takes over what is stored of the tenant, as it was read from `readAt` on, unless something later is known. */
  async follow(tenant: Tenant, suite: SuiteName, readAt: number): Promise<void> {
    await this.takeOver(tenant, suite);
    this.seenAt = Math.max(this.seenAt, readAt);
  }

  private async takeOver(tenant: Tenant, suite: SuiteName): Promise<void> {
    if (this.isKnown(tenant)) return;
    const { keys, dataKey, indexKey, indexFrom } = storedKeysOf(tenant);
    const held = await Promise.all(
      keys.map(async (record) => ({ record, key: await this.unwrap(tenant.tenantId, record) })),
    );
    if (this.isKnown(tenant)) return; // read meanwhile by another
    const ofKind = (kind: TenantKeyRecord['kind']) => held.filter(({ record }) => record.kind === kind);
    const data = ofKind('data').map(({ key }) => key);
    const isCurrent = ({ id }: SealingKey) => id === dataKey;
    this.data = keyRing(suiteNamed(suite), ...only(data.filter(isCurrent)), ...data.filter((key) => !isCurrent(key)));
    const [first, ...covering] = [...ofKind('index')].sort((a, b) => a.key.id - b.key.id);
    this.index = blindingKey(first ? [first] : []);
    this.id = blindingKey(ofKind('id'));
    const versions = covering.map(({ record, key }) => ({ id: key.id, cipher: this.cipherOf(record, key) }));
    this.versions = versionsOf([{ id: BARE_ID, cipher: null }, ...versions], indexKey, indexFrom);
    this.seen = { version: tenant.version, keysVersion: tenant.keysVersion ?? 0 };
  }

  private isKnown({ version, keysVersion = 0 }: Tenant): boolean {
    return version <= this.seen.version && keysVersion <= this.seen.keysVersion;
  }

  /** One for as long as this process knows the key: what it has covered is kept with it. */
  private cipherOf({ suite }: TenantKeyRecord, { id, secret }: SealingKey): BlockCipher {
    const cipher = this.ciphers.get(id) ?? suiteNamed(suite).blockCipher(secret);
    this.ciphers.set(id, cipher);
    return cipher;
  }

  private async unwrap(tenantId: string, record: TenantKeyRecord): Promise<SealingKey> {
    const name = `${record.kind}:${record.id}`;
    const known = this.unwrapped.get(name);
    if (known) return known;
    const raw = await unwrapTenantKey(this.masterKeys, tenantId, record);
    const key = { id: record.id, secret: createSecretKey(raw) };
    raw.fill(0);
    this.unwrapped.set(name, key);
    return key;
  }
}

function only<T>([first]: readonly T[]): [T] {
  if (first === undefined) throw new Error('A tenant is stored without one of its keys.');
  return [first];
}

function blindingKey(held: readonly { readonly record: TenantKeyRecord; readonly key: SealingKey }[]): BlindingKey {
  const [{ record, key }] = only(held);
  return { suite: suiteNamed(record.suite), secret: key.secret };
}
