import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect } from '@jest/globals';

/** A file of the export of a tenant, as its manifest tells of it. */
interface ToldFile {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** The manifest of the export of a tenant. */
interface Manifest {
  readonly format: string;
  readonly tenant: string;
  readonly exportedAt: string;
  readonly unreadable: number;
  readonly files: readonly ToldFile[];
  readonly leftOut: Readonly<Record<string, string>>;
}

/** The export of a tenant as it was fetched, each file compared with what the manifest says of it. */
export interface TenantPackage {
  readonly manifest: Manifest;
  readonly manifestHash: string;
  /** Rows by collection. */
  readonly rows: ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>;
  /** All of its text. */
  readonly text: string;
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function bytesAt(address: URL): Promise<Buffer> {
  const response = await fetch(address);
  expect([address.pathname, response.status]).toEqual([address.pathname, 200]);
  return Buffer.from(await response.arrayBuffer());
}

/** Fetches the manifest that a link leads to, and all files that it names. */
export async function packageAt(url: string, server: string): Promise<TenantPackage> {
  const address = new URL(url, server);
  const bytes = await bytesAt(address);
  const manifest = JSON.parse(bytes.toString()) as Manifest;
  const rows = new Map<string, Record<string, unknown>[]>();
  let text = bytes.toString();
  for (const file of manifest.files) {
    const packed = await bytesAt(new URL(address.href.replace('manifest.json', file.name)));
    expect([file.name, hashOf(packed), packed.length]).toEqual([file.name, file.sha256, file.bytes]);
    const own = gunzipSync(packed).toString();
    const lines = own === '' ? [] : own.trimEnd().split('\n');
    expect([file.name, lines.length]).toEqual([file.name, file.rows]);
    rows.set(
      file.name.replace('.jsonl.gz', ''),
      lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    );
    text += own;
  }
  return { manifest, manifestHash: hashOf(bytes), rows, text };
}
