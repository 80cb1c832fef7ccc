import type { TenantContext } from '../platform/context.js';
import { type AuditLogStore, suiteOf } from './audit-log.store.js';

/** A text that the key of a tenant's log vouches for, with what checking it takes. */
export interface SignedText {
  readonly signed: string;
  /** Base64, over `signed`. */
  readonly signature: string;
  /** SubjectPublicKeyInfo, as base64: the same as of the log's heads. */
  readonly publicKey: string;
  readonly algorithm: string;
  readonly suite: string;
}

/** Signs what the product certifies, by the key that signs the heads of the tenant's log. */
export class AuditSignatureService {
  constructor(private readonly logs: AuditLogStore) {}

  /** Signs a text that no head of a log can be. */
  async sign(ctx: TenantContext, signed: string): Promise<SignedText> {
    const log = await this.logs.open(ctx);
    const signer = this.logs.signerOf(ctx, log);
    const { hashName, signatureName } = suiteOf(ctx, log);
    const signature = signer.sign(signed);
    return { signed, signature, publicKey: signer.publicKey, algorithm: signatureName, suite: hashName };
  }
}
