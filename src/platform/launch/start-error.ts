/** A fault that the person who starts a command can mend: shown as one line that says what to do, with exit code 1. */
export class StartError extends Error {
  constructor(message: string) {
    super(message.replaceAll(/\s+/g, ' ').trim());
    this.name = 'StartError';
  }
}

/** The system's own code of an error (`EADDRINUSE`, `ENOENT`), where it has one. */
export function systemCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
