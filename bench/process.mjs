import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of the benchmark's own, running a file of this folder, that answers each message with one. */
export class Process {
  constructor(file) {
    this.child = fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv: ['--max-semi-space-size=64'] });
  }

  ask(message) {
    return new Promise((resolve, reject) => {
      this.child.once('message', (answer) => (answer.error ? reject(new Error(answer.error)) : resolve(answer)));
      this.child.send(message);
    });
  }

  stop() {
    this.child.kill();
  }
}
