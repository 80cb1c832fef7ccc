import { hash } from 'node:crypto';
import { keyRing } from '../dist/src/platform/seal.js';
import { LiveKeys } from '../dist/src/tenants/tenant-keys.js';

/** The tenant whose values are sealed by nothing. */
export const UNSEALED = 'unsealed';

/** No encryption, and tokens without a key: what sealing is measured against. It exists in the benchmark alone. */
const NULL_SUITE = {
  name: 'NONE',
  number: 255,
  seal(_secret, _iv, _additional, clear, { tag, ciphertext }) {
    tag.fill(0);
    ciphertext.set(clear);
  },
  open: (_secret, _iv, _additional, { ciphertext }) => Buffer.from(ciphertext),
  hmac: (_secret, message) => hash('sha256', message, 'buffer'),
};

/** Lets one tenant of this process do without encryption. */
export function leaveUnsealed() {
  const { follow } = LiveKeys.prototype;
  LiveKeys.prototype.follow = async function followUnsealed(tenant, suite) {
    await follow.call(this, tenant, suite);
    if (tenant.tenantId !== UNSEALED) return;
    this.data = keyRing(NULL_SUITE, this.data.current);
    this.index = { ...this.index, suite: NULL_SUITE };
    this.id = { ...this.id, suite: NULL_SUITE };
  };
}
