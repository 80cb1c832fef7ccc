import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { StartError, systemCode } from './start-error.js';

/** The variables of an `.env` file; none where there is no such file. Empty values count as absent. */
export function readEnvFile(path: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseEnv(textOf(path)))) {
    if (value) variables[name] = value;
  }
  return variables;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw new StartError(`${path} can't be read (${systemCode(error) ?? 'unknown fault'}): mend it or take it away.`);
  }
}
