import { AES_GCM_SHA256 } from './aes-gcm-sha256.js';
import { SM4_GCM_SM3 } from './sm4-gcm-sm3.js';
import type { Suite, SuiteName } from './suite.js';

const SUITES: Readonly<Record<SuiteName, Suite>> = { AES_GCM_SHA256, SM4_GCM_SM3 };

/** The suite of a name. */
export function suiteNamed(name: SuiteName): Suite {
  return SUITES[name];
}

/** The suite whose number stands in a blob; undefined where there is none. */
export function suiteNumbered(number: number | undefined): Suite | undefined {
  return Object.values(SUITES).find((suite) => suite.number === number);
}
