import Module from 'node:module';

/** Loaded before a program: when it ends, prints which OpenTelemetry packages it has come to load. */
process.on('exit', () => {
  const paths = Object.keys(Module._cache).map((path) => /@opentelemetry\/([\w-]+)/.exec(path)?.[1]);
  const packages = [...new Set(paths.filter(Boolean))].sort();
  process.stdout.write(`LOADED ${JSON.stringify(packages)}\n`);
});
