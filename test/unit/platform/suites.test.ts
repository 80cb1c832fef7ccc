import { createPublicKey, createSecretKey, randomBytes, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { sm2, sm3, sm4 } from 'sm-crypto-v2';
import { AES_GCM_SHA256 } from '../../../src/platform/suites/aes-gcm-sha256.js';
import { openSm4Gcm, SM4_GCM_SM3, sealSm4Gcm } from '../../../src/platform/suites/sm4-gcm-sm3.js';
import { SUITE_NAMES, type Suite } from '../../../src/platform/suites/suite.js';
import { suiteNamed, suiteNumbered } from '../../../src/platform/suites/suites.js';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const partsOf = (length: number) => ({ tag: Buffer.alloc(16), ciphertext: Buffer.alloc(length) });

describe('GB/T 32905-2016 (SM3), appendix A', () => {
  test.each([
    ['abc', '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'],
    ['abcd'.repeat(16), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732'],
  ])('%s', (message, digest) => {
    expect(SM4_GCM_SM3.hash(message).toString('hex')).toBe(digest);
    expect(SM4_GCM_SM3.hash(Buffer.from(message)).toString('hex')).toBe(digest);
    expect(sm3(Buffer.from(message))).toBe(digest); // where OpenSSL has none
  });
});

describe('GB/T 32907-2016 (SM4), appendix A', () => {
  const key = hex('0123456789abcdeffedcba9876543210');
  const once = (block: Uint8Array) => sm4.encrypt(block, key, { mode: 'ecb', padding: 'none', output: 'array' });

  test('one block', () => {
    expect(Buffer.from(once(key)).toString('hex')).toBe('681edf34d206965e86b3e94f536e4246');
  });

  test('a million times', () => {
    let block: Uint8Array = key;
    for (let n = 0; n < 1_000_000; n += 1) block = once(block);
    expect(Buffer.from(block).toString('hex')).toBe('595298c7c6fd271f0402f804c33d3f66');
  }, 240_000);
});

describe('RFC 8998 (SM4-GCM), appendix A.1', () => {
  const key = hex('0123456789ABCDEFFEDCBA9876543210');
  const iv = hex('00001234567800000000ABCD');
  const additional = hex('FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2');
  const clear = hex(
    `AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD
     EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA`.replaceAll(/\s/g, ''),
  );
  const sealed = {
    tag: hex('83DE3541E4C2B58177E065A9BF7B62EC'),
    ciphertext: hex(
      `17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735
       D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D`.replaceAll(/\s/g, ''),
    ),
  };

  test('seals', () => {
    const made = partsOf(clear.length);
    sealSm4Gcm(key, iv, additional, clear, made);
    expect(made).toEqual(sealed);
  });

  test('opens, and not with a byte of the tag changed', () => {
    expect(openSm4Gcm(key, iv, additional, sealed)).toEqual(clear);
    for (let at = 0; at < 16; at += 1) {
      const tag = Buffer.from(sealed.tag);
      tag[at] = (tag[at] ?? 0) ^ 128;
      expect(() => openSm4Gcm(key, iv, additional, { ...sealed, tag })).toThrow();
    }
  });
});

describe('GB/T 32918.5-2017 (SM2), appendices A and C', () => {
  const privateKey = hex('3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8');
  const point = `04${'09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020'}${'CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13'}`;
  const publicKey = hex(`3059301306072a8648ce3d020106082a811ccf5501822d034200${point}`);
  const k = BigInt('0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21');
  const x1 = BigInt('0x04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73');
  const message = Buffer.from('message digest');
  const signature = hex(
    'F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA',
  );

  test('the published signature is made with the published k', () => {
    const made = sm2.doSignature(message, privateKey.toString('hex'), { hash: true, pointPool: [{ k, x1 }] });
    expect(made.toUpperCase()).toBe(signature.toString('hex').toUpperCase());
  });

  test('and verified; another message, signature or key is refused', () => {
    expect(SM4_GCM_SM3.verify(publicKey, message, signature)).toBe(true);
    expect(SM4_GCM_SM3.verify(publicKey, Buffer.from('message digesT'), signature)).toBe(false);
    for (const at of [0, 31, 32, 63]) {
      const changed = Buffer.from(signature);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(SM4_GCM_SM3.verify(publicKey, message, changed)).toBe(false);
    }
    expect(SM4_GCM_SM3.verify(publicKey, message, Buffer.alloc(64))).toBe(false);
    expect(SM4_GCM_SM3.verify(publicKey, message, Buffer.alloc(64, 255))).toBe(false);
    expect(SM4_GCM_SM3.verify(publicKey, message, signature.subarray(1))).toBe(false);
    expect(SM4_GCM_SM3.verify(publicKey.subarray(0, -1), message, signature)).toBe(false);
    expect(SM4_GCM_SM3.verify(SM4_GCM_SM3.newSigningPair().publicKey, message, signature)).toBe(false);
  });

  test('a signature without the leading zeros of its second half is refused', () => {
    const whole = hex(
      'ef424ce2084ba30d2eedd147724c23d041a320862bc0503c495c8faebac6f2ff00463b352d3821a9a009344f2b790d700090d967aaddd8b1aecd4fad19b3fbd3',
    );
    const shorter = Buffer.concat([whole.subarray(0, 32), whole.subarray(33)]);
    expect(SM4_GCM_SM3.verify(publicKey, Buffer.from('head 104'), whole)).toBe(true);
    expect(SM4_GCM_SM3.verify(publicKey, Buffer.from('head 104'), shorter)).toBe(false);
  });

  test('the published ciphertext opens', () => {
    const c1 = `${'04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73'}${'E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0'}`;
    const c3 = '59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766';
    const c2 = '21886CA989CA9C7D58087307CA93092D651EFA';
    const C1_C3_C2 = 1;
    expect(sm2.doDecrypt(`${c1}${c3}${c2}`.toLowerCase(), privateKey.toString('hex'), C1_C3_C2)).toBe(
      'encryption standard',
    );
  });
});

describe.each(SUITE_NAMES)('%s', (name) => {
  const suite: Suite = suiteNamed(name);
  const secret = createSecretKey(randomBytes(32));
  const [iv, place] = [randomBytes(12), Buffer.from('demo|profiles|1')];

  test('is found by its number', () => {
    expect(suiteNumbered(suite.number)).toBe(suite);
    expect([suiteNumbered(0), suiteNumbered(9), suiteNumbered(undefined)]).toEqual([undefined, undefined, undefined]);
  });

  test.each([0, 1, 15, 16, 17, 1_500])('opens what it sealed, of %i bytes', (length) => {
    const clear = randomBytes(length);
    const parts = partsOf(length);
    suite.seal(secret, iv, place, clear, parts);
    expect(suite.open(secret, iv, place, parts)).toEqual(clear);
    expect(() => suite.open(secret, iv, Buffer.from('demo|profiles|2'), parts)).toThrow();
    expect(() => suite.open(createSecretKey(randomBytes(32)), iv, place, parts)).toThrow();
    expect(() => suite.open(secret, randomBytes(12), place, parts)).toThrow();
  });

  test('its HMAC is that of RFC 2104 over its hash', () => {
    const pad = (byte: number) => Buffer.concat([secret.export(), Buffer.alloc(32)]).map((own) => own ^ byte);
    const inner = suite.hash(Buffer.concat([pad(0x36), Buffer.from('text')]));
    expect(suite.hmac(secret, 'text')).toEqual(suite.hash(Buffer.concat([pad(0x5c), inner])));
  });

  test('verifies what it signed, under the same key alone', () => {
    const { privateKey, publicKey } = suite.newSigningPair();
    const signature = suite.sign(privateKey, Buffer.from('head'));
    expect(signature.length).toBe(64);
    expect(suite.verify(publicKey, Buffer.from('head'), signature)).toBe(true);
    expect(suite.verify(publicKey, Buffer.from('heae'), signature)).toBe(false);
    expect(suite.verify(suite.newSigningPair().publicKey, Buffer.from('head'), signature)).toBe(false);
  });
});

test('Ed25519 keys are what others read', () => {
  const { privateKey, publicKey } = AES_GCM_SHA256.newSigningPair();
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
  expect(key.asymmetricKeyType).toBe('ed25519');
  expect(verify(null, Buffer.from('m'), key, AES_GCM_SHA256.sign(privateKey, Buffer.from('m')))).toBe(true);
});

test('SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 4231 case 2)', () => {
  expect(AES_GCM_SHA256.hash('abc').toString('hex')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  const jefe = createSecretKey(Buffer.from('Jefe'));
  expect(AES_GCM_SHA256.hmac(jefe, 'what do ya want for nothing?').toString('hex')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});
