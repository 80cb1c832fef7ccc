import { describe, expect, test } from '@jest/globals';
import { chainFact, startOfChain } from '../../../src/audit/audit-chain.rules.js';
import { type SignedHead, textOfHead } from '../../../src/audit/audit-head.rules.js';
import { HeadSigner, isSigned } from '../../../src/audit/head-signer.js';
import { type CheckedEntry, LogCheck, type LogFault } from '../../../src/audit/log-check.rules.js';
import { Frontier, leafHash } from '../../../src/audit/merkle.rules.js';
import { AES_GCM_SHA256 } from '../../../src/platform/suites/aes-gcm-sha256.js';
import { SM4_GCM_SM3 } from '../../../src/platform/suites/sm4-gcm-sm3.js';
import type { Suite } from '../../../src/platform/suites/suite.js';

const TENANT = 'acme';
const signerBy = (suite: Suite) => {
  const { privateKey, publicKey } = suite.newSigningPair();
  return new HeadSigner(suite, privateKey, publicKey.toString('base64'));
};
const SIGNER = signerBy(AES_GCM_SHA256);
const SIZE = 9;

interface Log {
  entries: CheckedEntry[];
  heads: SignedHead[];
}

/** A log of acts by these actors, with a head after each entry. */
function logOf(actors: readonly string[], tenant = TENANT, signer = SIGNER, suite: Suite = AES_GCM_SHA256): Log {
  const frontier = new Frontier(suite);
  const log: Log = { entries: [], heads: [] };
  let end = startOfChain(suite);
  for (const actor of actors) {
    const at = new Date(Date.UTC(2026, 2, 1, 0, end.sequence));
    const details = { ids: ['prf_2'] };
    const fact = { at: at.toISOString(), actor, action: 'readClear', subject: 'prf_1', outcome: 'OK', details };
    const link = chainFact(suite, end, tenant, fact);
    const nodes = frontier.append(leafHash(suite, Buffer.from(link.canonical)));
    const { sequence, hash, canonical } = link;
    const subjects = ['prf_1', 'prf_2'];
    log.entries.push({ sequence, at, actor, action: fact.action, subjects, hash, canonical, nodes });
    const rootHash = frontier.root().toString('hex');
    const head = { tenant, treeSize: sequence, rootHash, at: at.toISOString() };
    const { publicKey } = signer;
    log.heads.push({ ...head, signature: signer.sign(textOfHead(head)), publicKey });
    end = link;
  }
  return log;
}

const actors = Array.from({ length: SIZE }, (_, n) => `actor-${n}`);
const sound = () => logOf(actors);

/** What is found of a log whose heads of these sizes were published. */
function faultOf(
  { entries, heads }: Log,
  published: readonly number[] = [SIZE],
  suite: Suite = AES_GCM_SHA256,
  signer = SIGNER,
): LogFault | undefined {
  const isOwn = (head: SignedHead) =>
    head.publicKey === signer.publicKey && isSigned(suite, textOfHead(head), head.signature, head.publicKey);
  const check = new LogCheck({ tenantId: TENANT, suite, isSigned: isOwn });
  const known = heads.filter(({ treeSize }) => published.includes(treeSize));
  for (const entry of entries) {
    check.entry(entry);
    for (const head of known) if (head.treeSize === check.entries) check.head(head);
  }
  for (const head of known) if (head.treeSize > check.entries) check.missing(head);
  return check.fault;
}

/** A log one of whose entries, counted from 1, was changed. */
function edited(sequence: number, change: (entry: CheckedEntry) => Partial<CheckedEntry>): Log {
  const { entries, heads } = sound();
  return {
    heads,
    entries: entries.map((entry) => (entry.sequence === sequence ? { ...entry, ...change(entry) } : entry)),
  };
}

const hashOf = (canonical: string) => AES_GCM_SHA256.hash(Buffer.from(canonical)).toString('hex');
const rewritten = ({ canonical }: CheckedEntry) => canonical.replace('actor-4', 'nobody');
const refused = (canonical: string) => canonical.replace('"OK"', '"NO"');

describe('a sound log', () => {
  test('is found so, with all heads, some or none', () => {
    expect(faultOf(sound())).toBeUndefined();
    expect(
      faultOf(
        sound(),
        actors.map((_, n) => n + 1),
      ),
    ).toBeUndefined();
    expect(faultOf(sound(), [])).toBeUndefined();
    expect(faultOf({ entries: [], heads: [] }, [])).toBeUndefined();
  });
});

describe('what is found, and where', () => {
  const cases: Record<string, [() => Log, number | null, (readonly number[])?]> = {
    'an edited form': [() => edited(5, (entry) => ({ canonical: rewritten(entry) })), 5],
    'an edited form with the hash made anew': [
      () => edited(5, (entry) => ({ canonical: rewritten(entry), hash: hashOf(rewritten(entry)) })),
      5,
    ],
    'an edited outcome, which has no copy, with the hash made anew': [
      () => edited(5, ({ canonical }) => ({ canonical: refused(canonical), hash: hashOf(refused(canonical)) })),
      6,
    ],
    'the last entry edited, with its hash made anew': [
      () =>
        edited(9, ({ canonical }) => ({
          canonical: canonical.replace('actor-8', 'nobody'),
          hash: hashOf(canonical.replace('actor-8', 'nobody')),
        })),
      9,
      [8, 9],
    ],
    'an edited hash': [() => edited(5, () => ({ hash: '0'.repeat(64) })), 5],
    'an edited actor beside the form': [() => edited(5, () => ({ actor: 'nobody' })), 5],
    'an edited action beside the form': [() => edited(5, () => ({ action: 'nothing' })), 5],
    'edited subjects beside the form': [() => edited(5, () => ({ subjects: ['prf_1'] })), 5],
    'an edited time beside the form': [() => edited(5, () => ({ at: new Date(0) })), 5],
    'an edited node of the tree': [() => edited(8, ({ nodes }) => ({ nodes: [...nodes].reverse() })), 8],
    'a node of the tree too few': [() => edited(8, ({ nodes }) => ({ nodes: nodes.slice(1) })), 8],
    'a form that can not be read': [() => edited(5, () => ({ canonical: '{}', hash: hashOf('{}') })), 5],
    'a deleted entry': [() => ({ ...sound(), entries: sound().entries.filter(({ sequence }) => sequence !== 5) }), 5],
    'a deleted first entry': [() => ({ ...sound(), entries: sound().entries.slice(1) }), 1],
    'an inserted entry': [
      () => {
        const { entries, heads } = sound();
        return { heads, entries: [...entries.slice(0, 5), entries[4] as CheckedEntry, ...entries.slice(5)] };
      },
      5,
    ],
    'two entries that changed places': [
      () => {
        const { entries, heads } = sound();
        const [a, b] = [entries[3] as CheckedEntry, entries[4] as CheckedEntry];
        return { heads, entries: entries.with(3, { ...b, sequence: 4 }).with(4, { ...a, sequence: 5 }) };
      },
      4,
    ],
    'a truncated tail': [() => ({ ...sound(), entries: sound().entries.slice(0, 6) }), 7],
    'all entries gone': [() => ({ ...sound(), entries: [] }), 1],
    "another tenant's log": [() => ({ ...sound(), entries: logOf(actors, 'other').entries }), 1],
    'a rewriting of all from the sixth entry on': [
      () => ({ ...sound(), entries: logOf(actors.with(5, 'nobody')).entries }),
      5,
      [2, 4, 7, 9],
    ],
    'a rewriting of all, with heads of another key in the place of its own': [
      () => logOf(actors.with(0, 'nobody'), TENANT, signerBy(AES_GCM_SHA256)),
      null,
    ],
    'a head whose signature was edited': [
      () => ({ ...sound(), heads: sound().heads.map((head) => ({ ...head, at: new Date(0).toISOString() })) }),
      null,
    ],
  };

  test.each(Object.keys(cases))('%s', (name) => {
    const [make, sequence, published] = cases[name] ?? [sound, 0];
    expect(faultOf(make(), published)).toEqual({ sequence, fault: expect.any(String) });
  });

  test('a full rewriting passes only where no head was published', () => {
    const anew = { ...sound(), entries: logOf(actors.with(0, 'nobody')).entries };
    expect(faultOf(anew, [])).toBeUndefined();
    expect(faultOf(anew, [3])).toEqual({ sequence: 1, fault: expect.stringContaining('published head') });
  });
});

test('a log of the other suite is sound by that one, and an edit of it is found', () => {
  const signer = signerBy(SM4_GCM_SM3);
  const log = logOf(actors, TENANT, signer, SM4_GCM_SM3);
  const faultIn = (one: Log) => faultOf(one, [4, SIZE], SM4_GCM_SM3, signer);
  expect(faultIn(log)).toBeUndefined();
  const [first, ...others] = log.entries as [CheckedEntry, ...CheckedEntry[]];
  const edited = { ...first, canonical: first.canonical.replace('actor-0', 'actor-1') };
  expect(faultIn({ ...log, entries: [edited, ...others] })).toMatchObject({ sequence: 1 });
  expect(faultOf(log, [SIZE], AES_GCM_SHA256, signer)).toBeDefined();
});
