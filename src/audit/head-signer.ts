import type { Suite } from '../platform/suites/suite.js';

/** Signs the heads of one log, by the suite of the log. */
export class HeadSigner {
  constructor(
    private readonly suite: Suite,
    private readonly privateKey: Buffer,
    /** SubjectPublicKeyInfo, as base64. */
    readonly publicKey: string,
  ) {}

  /** The signature of a text, as base64. */
  sign(text: string): string {
    return this.suite.sign(this.privateKey, Buffer.from(text)).toString('base64');
  }
}

/** Whether a signature holds for a text, by a public key as base64; false as well where one of them is malformed. */
export function isSigned(suite: Suite, text: string, signature: string, publicKey: string): boolean {
  try {
    return suite.verify(Buffer.from(publicKey, 'base64'), Buffer.from(text), Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
