import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../../src/config.js';
import { parseIsoDuration } from '../../../src/platform/launch/iso-duration.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tributary-config-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const configWith = (env: NodeJS.ProcessEnv) => loadConfig({ DATA_DIR: dataDir, ...env });

describe('the environment', () => {
  test.each([
    ['PORT', 'eighty'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['HOST', 'not a host'],
    ['DEMO', 'maybe'],
    ['WORKER', 'on'],
    ['JWT_SECRET', 'x'.repeat(31)],
    ['MASTER_KEY', 'x'.repeat(31)],
    ['MASTER_KEY_PREVIOUS', 'x'.repeat(32)],
    ['JWKS_URI', 'nowhere'],
    ['LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'staging'],
    ['CLOCK_OFFSET', 'tomorrow'],
    ['CLOCK_OFFSET', 'P1D'],
    ['DRAIN_DELAY', 'soon'],
    ['DRAIN_DELAY', 'PT61S'],
    ['DRAIN_DELAY', '-PT1S'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'no pairs'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
    ['EXECUTOR', 'fast'],
    ['EXECUTOR', 'compiled'],
  ])('%s=%s stops the start with one line that names it', (name, value) => {
    const attempt = () => configWith({ [name]: value });
    expect(attempt).toThrow(new RegExp(`^${name} .+\\.env\\.example\\.$`));
  });

  test('traces are off without a collector, and all of them are kept with one', () => {
    expect(configWith({}).tracing).toBeUndefined();
    const endpoint = 'http://127.0.0.1:4318';
    const headers = 'api-key=a=b,team=crm';
    expect(configWith({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers }).tracing).toEqual({
      endpoint,
      headers: { 'api-key': 'a=b', team: 'crm' },
      ratio: 1,
    });
  });

  test('a refused secret is not quoted', () => {
    expect(() => configWith({ JWT_SECRET: 'hunter2' })).toThrow(expect.not.stringContaining('hunter2'));
  });

  test('JWKS_URI needs its issuer and audience, and leaves JWT_SECRET out', () => {
    const jwks = {
      JWKS_URI: 'https://login.example/keys',
      JWT_ISSUER: 'https://login.example',
      JWT_AUDIENCE: 'tributary',
    };
    expect(() => configWith({ JWKS_URI: jwks.JWKS_URI })).toThrow('JWT_ISSUER');
    expect(configWith(jwks)).toMatchObject({ jwtSecret: undefined, jwks: { audience: 'tributary' } });
  });

  test('missing secrets are made once, for the owner alone, and kept', () => {
    const first = configWith({});
    const second = configWith({});
    expect(second.jwtSecret).toBe(first.jwtSecret);
    expect(second.masterKey.equals(first.masterKey)).toBe(true);
    expect(statSync(join(dataDir, 'master.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'jwt.secret')).mode & 0o777).toBe(0o600);
  });

  test('a master key is not made anew beside data sealed under another', () => {
    configWith({ MASTER_KEY: 'k'.repeat(32) });
    expect(existsSync(join(dataDir, 'master.key'))).toBe(false);
    rmSync(dataDir, { recursive: true });
    configWith({ DATA_DIR: join(dataDir, 'db') });
    expect(() => configWith({})).toThrow('MASTER_KEY');
  });

  test('former master keys come beside the one in use, from the environment or a file', () => {
    const [now, before] = ['n'.repeat(32), 'b'.repeat(32)];
    const given = configWith({ MASTER_KEY: now, MASTER_KEY_PREVIOUS: `${before}, ${'o'.repeat(40)}` });
    expect(given.formerMasterKeys).toHaveLength(2);
    const file = join(dataDir, 'keys');
    writeFileSync(file, `${now}\n${before}\n`);
    const read = configWith({ MASTER_KEY_FILE: file });
    expect(read.masterKey.equals(given.masterKey)).toBe(true);
    expect(read.formerMasterKeys).toEqual(given.formerMasterKeys.slice(0, 1));
    expect(read.formerMasterKeys[0]?.equals(configWith({ MASTER_KEY: before }).masterKey)).toBe(true);
    expect(existsSync(join(dataDir, 'master.key'))).toBe(false);
  });

  test('master keys given twice, too short or in a file that is not there are told in one line', () => {
    const file = join(dataDir, 'keys');
    writeFileSync(file, `${'n'.repeat(32)}\nshort\n`);
    expect(() => configWith({ MASTER_KEY_FILE: file })).toThrow(/keys holds a secret shorter than 32 bytes/);
    expect(() => configWith({ MASTER_KEY_FILE: join(dataDir, 'none') })).toThrow('ENOENT');
    expect(() => configWith({ MASTER_KEY: 'n'.repeat(32), MASTER_KEY_FILE: file })).toThrow('MASTER_KEY_FILE');
    expect(() => configWith({ MASTER_KEY: 'n'.repeat(32), MASTER_KEY_PREVIOUS: 'short' })).toThrow(
      expect.not.stringContaining('short'),
    );
  });

  test('an empty value counts as absent', () => {
    expect(configWith({ PORT: '', MONGODB_URI: '' })).toMatchObject({ port: 4000, mongodbUri: undefined });
  });

  test('the configuration is frozen, and the clock runs ahead in tests alone', () => {
    const config = configWith({ NODE_ENV: 'test', CLOCK_OFFSET: 'P1DT1H' });
    expect(config.clockOffsetMs).toBe(90_000_000);
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('a data folder that cannot be made is told in one line', () => {
    writeFileSync(join(dataDir, 'file'), '');
    expect(() => configWith({ DATA_DIR: join(dataDir, 'file', 'below') })).toThrow(/^DATA_DIR .+ENOTDIR/);
  });

  test('.env.example lists every variable of the environment', () => {
    const source = readFileSync(resolve(import.meta.dirname, '../../../src/config.ts'), 'utf8');
    const known = [...source.matchAll(/^ {4}([A-Z][A-Z_]+):/gm)].map(([, name]) => name);
    const example = readFileSync(resolve(import.meta.dirname, '../../../.env.example'), 'utf8');
    const listed = [...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(known.length).toBeGreaterThan(10);
    expect(listed.sort()).toEqual(known.sort());
  });
});

describe('an ISO duration', () => {
  test.each([
    ['PT1S', 1_000],
    ['PT1.5S', 1_500],
    ['P1M', 30 * 86_400_000],
    ['PT1M', 60_000],
    ['P1Y2W', 379 * 86_400_000],
    ['-P1D', -86_400_000],
  ])('%s is %d ms', (text, milliseconds) => expect(parseIsoDuration(text)).toBe(milliseconds));

  test.each(['', 'P', 'PT', '1D', 'P1H', 'PT1D', 'P-1D', 'P1D '])('"%s" is none', (text) => {
    expect(parseIsoDuration(text)).toBeUndefined();
  });
});
