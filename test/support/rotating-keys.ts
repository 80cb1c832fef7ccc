import { createSecretKey, randomBytes } from 'node:crypto';
import { BARE_ONLY, type IndexVersion, type IndexVersions, versionsOf } from '../../src/platform/index-versions.js';
import type { BlindingKey, KeyRing, TenantKeys } from '../../src/platform/seal.js';
import { suiteNamed } from '../../src/platform/suites/suites.js';
import type { IndexKeys } from '../../src/sealing/reindex.service.js';

function newVersion(id: number): IndexVersion {
  const cipher = suiteNamed('AES_GCM_SHA256').blockCipher(createSecretKey(randomBytes(32)));
  return { id, cipher };
}

/** A tenant's keys in the memory of a test, whose index key gives way as the stored ones do. */
export class RotatingKeys implements TenantKeys, IndexKeys {
  readonly data: KeyRing;
  readonly index: BlindingKey;
  readonly id: BlindingKey;
  versions: IndexVersions = BARE_ONLY;
  /** Done as soon as a version is in force. */
  inForce: () => Promise<void> = async () => undefined;
  private all: IndexVersion[] = [BARE_ONLY.current];

  constructor({ data, index, id }: TenantKeys) {
    this.data = data;
    this.index = index;
    this.id = id;
  }

  async isInForce(versionId: number): Promise<boolean> {
    return this.versions.current.id === versionId;
  }

  async addIndexKey(): Promise<number> {
    const { current, asked } = this.versions;
    const newest = Math.max(...this.all.map(({ id }) => id));
    if (newest > current.id) return newest;
    this.all = [...this.all, newVersion(newest + 1)];
    this.versions = versionsOf(this.all, current.id, asked[0]?.id ?? 1);
    return newest + 1;
  }

  async putIndexKeyInForce(_tenantId: string, id: number): Promise<void> {
    if (this.versions.current.id >= id) return;
    this.versions = versionsOf(this.all, id, this.versions.asked[0]?.id ?? 1);
    await this.inForce();
  }

  async retireIndexKeys(): Promise<void> {
    const { id } = this.versions.current;
    this.versions = versionsOf(this.all, id, id);
  }

  /** The keys as another process knows them, which hears of what is in force only by asking after it has written. */
  late(): TenantKeys {
    const { data, index, id, versions } = this;
    const late = { data, index, id, versions, isInForce: async (_versionId: number) => true };
    late.isInForce = async (versionId) => {
      late.versions = this.versions;
      return this.isInForce(versionId);
    };
    return late;
  }
}
