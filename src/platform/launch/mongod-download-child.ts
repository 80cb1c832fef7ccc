import { MongoBinary } from 'mongodb-memory-server-core';

/** A program of its own, so that a download that hangs can be ended: prints the path of the downloaded mongod. */
const [, , downloadDir = ''] = process.argv;
try {
  process.stdout.write(await MongoBinary.getPath({ downloadDir }));
} catch {
  process.exitCode = 1;
}
