import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { identityOf } from '../../../src/platform/launch/process-identity.js';
import { ProcessLock } from '../../../src/platform/launch/process-lock.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-lock-'));
  path = join(folder, 'server.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a lock of one process', () => {
  test('is held once, and free after its release', () => {
    const taken = ProcessLock.take(path);
    expect(taken).toBeInstanceOf(ProcessLock);
    expect(ProcessLock.take(path)).toEqual({ holder: identityOf(process.pid) });
    if (taken instanceof ProcessLock) taken.release();
    expect(ProcessLock.take(path)).toBeInstanceOf(ProcessLock);
    expect(readdirSync(folder)).toEqual(['server.lock']);
  });

  test.each([
    ['a dead process', JSON.stringify({ pid: 4_194_305, started: 'x:1' })],
    ['an earlier process with the pid of a live one', JSON.stringify({ pid: process.pid, started: 'x:1' })],
    ['nobody: the file is damaged', '{"pid":'],
  ])('is taken over from %s', (_, content) => {
    writeFileSync(path, content);
    expect(ProcessLock.take(path)).toBeInstanceOf(ProcessLock);
  });

  test('is waited for within a limit', async () => {
    ProcessLock.take(path);
    expect(await ProcessLock.wait(path, 0)).toBeUndefined();
  });
});
