export function builtThread(): Promise<URL>;
