/**
 * Who may import whom, as the architecture says; imports of types alone are free. A file's role is its suffix
 * (`x.store.ts`), its module the folder in src/. `$1` is the importing file's own module.
 */
const IN_MODULE = '^src/(?!platform/|cli/)([^/]+)/';
const FEATURE = '^src/(?!platform/|access/)[^/]+/';

const role = (suffix) => `${IN_MODULE}.*\\.${suffix}\\.ts$`;
const own = (suffixes) => `^src/$1/.*\\.(${suffixes})\\.ts$`;
const any = (suffixes) => `^src/[^/]+/.*\\.(${suffixes})\\.ts$`;
/** Files without a role: enums, tables and other plain vocabulary of a module. */
const vocabulary = '^src/(?!platform/|cli/)[^/]+/[a-z0-9-]+\\.ts$';

const onlySources = (allowed) => ({ path: '^(src|seeds)/', pathNot: allowed });

/** Forbids a role every import from the sources that is not listed. */
const mayImport = (suffix, why, allowed) => ({
  name: `${suffix}-imports`,
  comment: why,
  severity: 'error',
  from: { path: role(suffix) },
  to: onlySources(allowed),
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Arrows point one way: channels, ingestion, identities, profiles, the rest.',
      severity: 'error',
      from: { path: '^(src|seeds)/' },
      to: { circular: true },
    },
    {
      name: 'platform-knows-no-feature',
      comment: 'platform/ imports packages and other platform files.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: onlySources('^src/platform/'),
    },
    mayImport('rules', 'Rules import other rules, vocabulary, platform/errors and pure platform rules.', [
      any('rules'),
      vocabulary,
      '^src/platform/(errors|money|date-range|ids|suites/suite)\\.ts$',
    ]),
    {
      name: 'rules-are-pure',
      comment: 'Rules know no database, no GraphQL, no clock and no randomness: pass them in.',
      severity: 'error',
      from: { path: '^src/.*\\.rules\\.ts$' },
      to: { path: '(node_modules/(mongoose|mongodb|graphql|type-graphql|@apollo|fastify)/)|^(fs|http|https|net|child_process)$' },
    },
    mayImport('entity', 'Entities import platform, their own vocabulary, entities and value objects.', [
      '^src/platform/',
      any('entity|view|views'),
      vocabulary,
    ]),
    mayImport('store', 'Stores import their own entities, rules and vocabulary, and platform.', [
      '^src/platform/',
      own('entity|store|rules'),
      any('rules'),
      vocabulary,
    ]),
    mayImport('service', 'Services import their own files, platform, rules, and other modules’ services and entities.', [
      '^src/platform/',
      own('store|service|rules|entity|view|views|inputs'),
      any('service|rules|entity'),
      vocabulary,
    ]),
    mayImport('resolver', 'Resolvers import their own files, access, platform, and other modules’ entities and views.', [
      '^src/platform/',
      '^src/access/',
      own('service|inputs|view|views|entity|rules'),
      any('entity|view|views|inputs'),
      vocabulary,
    ]),
    {
      name: 'only-stores-query',
      comment: 'Outside platform/, mongoose stays behind the stores.',
      severity: 'error',
      from: { path: FEATURE, pathNot: '\\.store\\.ts$' },
      to: { path: 'node_modules/(mongoose|mongodb)/' },
    },
    {
      name: 'app-is-the-root',
      comment: 'The composition root is imported by main.ts, cli/ and seeds/ alone.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts|cli/)' },
      to: { path: '^src/app\\.ts$' },
    },
    {
      name: 'sources-know-no-tests',
      severity: 'error',
      from: { path: '^(src|seeds)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'resolvable',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: { path: '^(src|seeds)/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'Every package that runs is a dependency of package.json.',
      severity: 'error',
      from: { path: '^(src|seeds)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: false,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
