import type { DatabaseCandidate, DatabaseProgram } from './database-candidate.js';
import { downloadedMongod } from './mongod-download.js';
import { initiateReplicaSet } from './mongod-replica-set.js';
import { isProgram, onPath } from './programs.js';

const REPLICA_SET = 'tributary';

/** A mongod that the machine has: named by `MONGOMS_SYSTEM_BINARY`, or on the PATH. */
export const installedMongod: DatabaseCandidate = {
  name: 'mongod',
  engine: 'MongoDB',
  async find() {
    const named = process.env.MONGOMS_SYSTEM_BINARY;
    if (named) return isProgram(named) ? mongodAt(named) : { why: 'MONGOMS_SYSTEM_BINARY names no program' };
    const found = onPath('mongod');
    return found ? mongodAt(found) : { why: 'not on the PATH' };
  },
};

/** The mongod that mongodb-memory-server downloads, where the network lets it. */
export const fetchedMongod: DatabaseCandidate = {
  name: 'MongoDB download',
  engine: 'MongoDB',
  async find(progress) {
    const outcome = await downloadedMongod(progress);
    return 'binary' in outcome ? mongodAt(outcome.binary) : outcome;
  },
};

function mongodAt(command: string): DatabaseProgram {
  return {
    label: `mongod (${command})`,
    command,
    replicaSet: REPLICA_SET,
    retriesWrites: true,
    argumentsFor: (port, folder) => [
      ...['--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', folder],
      ...['--replSet', REPLICA_SET, '--wiredTigerCacheSizeGB', '1', '--quiet'],
    ],
    prepare: (port) => initiateReplicaSet(port, REPLICA_SET),
  };
}
