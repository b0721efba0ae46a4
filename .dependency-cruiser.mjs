/**
 * Who may import whom, each rule with its reason. `scripts/boundaries.mjs` runs it as a step of `npm run check`, compares
 * the number of modules seen with the number of files there, and `tests/src/tooling.test.ts` plants every violation.
 */

/** Each layer may import itself and the layers above it in this list, nothing below. */
const layers = [
  ['errors', 'money'],
  ['config', 'events'],
  ['postgres'],
  ['eventsourcing'],
  ['messaging'],
  ['service-kit', 'auth'],
  ['subgraph-kit'],
  ['platform'],
  ['testing'],
];

const packagesIn = (someLayers) => `^packages/(${someLayers.flat().join('|')})/`;

const layerRules = layers.slice(0, -1).map((layer, depth) => ({
  name: `layer-${layer.join('-')}`,
  comment: 'Packages stand on each other in one order, so that the lower ones can be understood and tested alone.',
  severity: 'error',
  from: { path: packagesIn([layer]), pathNot: tests() },
  to: { path: packagesIn(layers.slice(depth + 1)) },
}));

/** A library that only its wrapper may touch, so that replacing it is a change in one package. */
const wrapped = (library, owners, why) => ({
  name: `only-${owners[0].split('/').at(-1)}-uses-${library.replaceAll(/\W+/g, '-').replace(/^-/, '')}`,
  comment: why,
  severity: 'error',
  from: { path: '^(packages|subgraphs|gateway|identity)/', pathNot: [...owners.map((owner) => `^${owner}/`), tests()] },
  to: { path: `(^|/)node_modules/${library}/` },
});

/** Tests, and what only they use. */
function tests() {
  return '[.](test|fixture)[.]ts$';
}

export default {
  forbidden: [
    {
      name: 'subgraphs-are-islands',
      comment: 'Subgraphs meet through the graph or through events, never through imports: each can be deployed alone.',
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/' },
      to: { path: '^subgraphs/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'packages-know-no-service',
      comment:
        'A package is shared by services; one that imports a service is a part of that service in the wrong folder.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(subgraphs|gateway|identity|tests|bench)/' },
    },
    {
      name: 'gateway-knows-no-subgraph',
      comment: 'The gateway serves any supergraph file, so it cannot know what is in ours.',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^(subgraphs|identity|tests|bench)/' },
    },
    {
      name: 'subgraphs-know-no-gateway',
      comment: 'A subgraph answers whoever carries a signed viewer; who that is, is not its business.',
      severity: 'error',
      from: { path: '^subgraphs/' },
      to: { path: '^(gateway|identity|tests|bench)/' },
    },
    {
      name: 'identity-knows-no-subgraph',
      comment: 'Identity asks users by its internal door, like any other service: accounts could live elsewhere.',
      severity: 'error',
      from: { path: '^identity/' },
      to: { path: '^(subgraphs|gateway|tests|bench)/' },
    },
    ...layerRules,
    {
      name: 'front-door',
      comment: 'A package may be changed freely behind its index.ts only if nobody climbs in by the window.',
      severity: 'error',
      from: { path: '^(packages|subgraphs|gateway|identity|tests|bench)/([^/]+)/' },
      to: { path: '^packages/[^/]+/', pathNot: ['^packages/[^/]+/src/index[.]ts$', '^$1/$2/'] },
    },
    {
      name: 'testing-is-for-tests',
      comment: 'What starts servers and fakes viewers has no place in a running service.',
      severity: 'error',
      from: { pathNot: ['^packages/testing/', '^tests/', '^gateway/test/', tests()] },
      to: { path: ['^packages/testing/', '(^|/)node_modules/@jest/'] },
    },
    {
      name: 'domain-is-pure',
      comment:
        'decide and evolve are run again on a conflict and on every replay: no I/O, no clock, no ids of their own, hence no imports but these.',
      severity: 'error',
      from: { path: '^(subgraphs/[^/]+/src/domain/)', pathNot: tests() },
      to: {
        pathNot: [
          '^$1',
          '^packages/(errors|money|events)/src/index[.]ts$',
          '^packages/eventsourcing/src/(index|decider)[.]ts$',
        ],
      },
    },
    {
      name: 'projections-know-no-graph',
      comment: 'Events and read tables outlive the API that shows them.',
      severity: 'error',
      from: {
        path: '^(subgraphs/[^/]+/src/(projections|events)/|packages/(events|eventsourcing|messaging)/)',
        pathNot: tests(),
      },
      to: {
        path: ['(^|/)node_modules/(graphql|graphql-[^/]+|dataloader|@apollo/[^/]+)/', '/resolvers/', '/generated/'],
      },
    },
    wrapped(
      'kafkajs',
      ['packages/messaging', 'packages/platform'],
      'kafkajs is dormant: the exit must be one package wide.',
    ),
    wrapped(
      'graphql-shield',
      ['packages/auth'],
      'shield has traps (rules that throw, masked errors, _entities) that the wrapper closes.',
    ),
    wrapped(
      'pg',
      ['packages/postgres', 'packages/messaging', 'packages/platform', 'packages/testing'],
      'One place decides on time-outs, types and what a lost connection is called. The relay alone holds a connection of its own, with a lock.',
    ),
    wrapped(
      '@apollo/(gateway|composition|query-planner|federation-internals)',
      ['gateway'],
      'Licence and private corners: only the gateway composes.',
    ),
    {
      name: 'no-cycles',
      comment:
        'Files that need each other are one idea in two places. Generated types may point back: they vanish when compiled.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { pathNot: '/generated/' } },
    },
    {
      name: 'no-build-output',
      comment: 'An import of dist/ skips the boundary check, and works only after a build.',
      severity: 'error',
      from: {},
      to: { path: ['^(packages|subgraphs)/[^/]+/dist/', '^(gateway|identity|tests|bench)/dist/'] },
    },
    {
      name: 'resolvable-and-declared',
      comment: 'What is not in a package.json is there by accident, and gone after the next install.',
      severity: 'error',
      // What is generated imports a package that has types and nothing else.
      from: { pathNot: [tests(), '^tests/src/generated/'] },
      to: { dependencyTypes: ['unknown', 'npm-no-pkg', 'npm-unknown', 'undetermined'] },
    },
  ],
  options: {
    // TypeScript 7 has no compiler API: with it dependency-cruiser sees no modules at all and is content.
    parser: 'swc',
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    enhancedResolveOptions: {
      // Workspace names lead to their source, not to dist/: a violation by name is a violation.
      conditionNames: ['@supergraph/source', 'import', 'require', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
