import type { ChildProcess } from 'node:child_process';

export interface SpawnedServer {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly output: string;
  readonly errors: string;
  readonly ready: Promise<string>;
  prints(text: string): Promise<void>;
  readonly ended: Promise<number | null>;
}

export function spawnServer(
  env: NodeJS.ProcessEnv,
  options?: { onOutput?: ((text: string) => void) | undefined; program?: string | undefined; detached?: boolean },
): SpawnedServer;
