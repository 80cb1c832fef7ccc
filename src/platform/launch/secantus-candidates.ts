import { join } from 'node:path';
import type { DatabaseCandidate, DatabaseProgram } from './database-candidate.js';
import { isProgram, onPath } from './programs.js';
import { cacheFolder } from './project-root.js';
import { secantusFromPython } from './secantus-venv.js';

const REPLICA_SET = 'secantus';
const RUST_PROGRAM = 'secantusd-rs';

/** The Rust build of SecantusDB, on the PATH or in the cache folder. */
export const rustSecantus: DatabaseCandidate = {
  name: 'SecantusDB, Rust build',
  engine: 'SecantusDB',
  async find() {
    const command = [onPath(RUST_PROGRAM), join(cacheFolder, 'bin', RUST_PROGRAM)].find(
      (path) => path && isProgram(path),
    );
    return command ? secantusAt(command, this.name) : { why: 'not on the PATH' };
  },
};

/** The Python build of SecantusDB, installed into the cache folder. */
export const pythonSecantus: DatabaseCandidate = {
  name: 'SecantusDB, Python build',
  engine: 'SecantusDB',
  async find(progress) {
    const found = await secantusFromPython(progress);
    return 'program' in found ? secantusAt(found.program, this.name) : found;
  },
};

/**
 * Without `--sync-on-commit` a killed database loses acknowledged writes. With retried writes it goes through the last
 * 10,000 of them at each write, which comes to most of its time after some minutes of load; all our writes are harmless to
 * repeat, so whoever is told of a broken connection sends again.
 */
function secantusAt(command: string, label: string): DatabaseProgram {
  return {
    label,
    command,
    replicaSet: REPLICA_SET,
    retriesWrites: false,
    argumentsFor: (port, folder) => [
      ...['--port', String(port), '--storage-path', folder, '--sync-on-commit', '--log-level', 'WARNING'],
      ...['--oplog-retention-seconds', '86400', '--oplog-max-entries', '1000000'],
    ],
  };
}
