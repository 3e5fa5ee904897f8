/**
 * Who may import whom (docs/architecture.md). `test/house/import-rules.test.ts` breaks every rule once and holds this
 * file to it; a rule without such a violation does not pass. Do not widen a rule to get a change in: move the code.
 */
const { coreFolders, portFiles } = require('./scripts/lib/layers.mjs');

const escape = (text) => text.replaceAll('.', '\\.');
const anyOf = (names) => `(${names.map(escape).join('|')})`;
const folder = (...names) => `^src/${anyOf(names)}/`;

const shared = folder('shared');
const core = folder(...coreFolders);
const ports = `^src/${anyOf(portFiles)}$`;
const portFolders = ['engine', 'store', 'notify', 'artifacts'];
/** `cli/berth.ts` is the other process: it binds the client and the author's tools. */
const root = '^src/([^/]+\\.ts$|config/|cli/berth\\.ts$)';
/** The start of a process that an adapter forks: it binds the real clock, as the root does for the server. */
const forked = '^src/engine/libvirt/child/main\\.ts$';
/** Adapters, each a folder that knows the shared words, the core, the ports' types and its own library. */
const adapters = ['engine/libvirt', 'engine/simulated', 'store/kysely', 'notify', 'artifacts', 'telemetry'];
const nodeModule = (name) => `(^|/)node_modules/${escape(name)}(/|$)`;
const notOurs = ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown', 'core'];

/** `from` may import what is listed and itself; the rest of src/ is refused. */
const layer = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: allowed },
});

const layers = [
  layer('shared-imports-nothing', 'The vocabulary depends on nothing.', shared, [shared]),
  layer('core-knows-only-core', 'Core code imports shared and core.', core, [shared, core]),
  layer('ports-speak-core', 'A port is told in shared words and core types.', ports, [shared, core, ports]),
  layer('workflow-behind-ports', 'The workflow reaches the world through ports.', folder('workflow'), [
    shared,
    core,
    ports,
    folder('workflow'),
  ]),
  layer(
    'api-is-a-door',
    'The door calls commands and reads ports; what is behind them is not its business.',
    folder('api'),
    [shared, core, ports, folder('api'), '^src/workflow/commands\\.ts$'],
  ),
  {
    ...layer('cli-is-a-client', 'The command line is a client of the HTTP API.', folder('cli'), [
      shared,
      folder('cli'),
    ]),
    from: { path: folder('cli'), pathNot: root },
  },
  layer(
    'author-reads-as-onboarding-does',
    'The author’s tools use the code that onboards packages, and no server.',
    folder('author'),
    [shared, core, folder('artifacts', 'author')],
  ),
  layer(
    'forked-binds-the-clock',
    'A process that an adapter forks is given the real clock, and no more of the root.',
    forked,
    [shared, folder('engine/libvirt'), '^src/system\\.ts$'],
  ),
  layer('lab-is-a-machine', 'The lab makes hosts, and knows no more of Berth than its words.', folder('lab'), [
    shared,
    folder('lab'),
  ]),
];

/** Later core folders may import earlier ones, never the reverse. */
const pathOrder = coreFolders.slice(0, -1).map((name, index) => ({
  name: `path-order-${name}`,
  comment: `src/${name} comes before ${coreFolders.slice(index + 1).join(', ')} on the data path.`,
  severity: 'error',
  from: { path: folder(name) },
  to: { path: folder(...coreFolders.slice(index + 1)) },
}));

const adapterRules = adapters.map((name) => ({
  name: `adapter-alone-${name.replace('/', '-')}`,
  comment: `src/${name} knows shared words, the core and ports; no other adapter, no workflow, no door.`,
  severity: 'error',
  from: { path: folder(name), pathNot: [ports, forked] },
  to: { path: '^src/', pathNot: [shared, core, ports, folder(name)] },
}));

/** One home per library. */
const homes = [
  ['koffi', ['koffi'], folder('engine/libvirt')],
  ['database', ['kysely', 'better-sqlite3', 'pg'], folder('store/kysely')],
  ['prom-client', ['prom-client'], folder('telemetry')],
  ['nest', ['@nestjs', 'fastify', 'rxjs', 'reflect-metadata'], ['^src/api/', root]],
  ['zip', ['yauzl'], folder('artifacts')],
  ['certificates', ['pkijs', 'asn1js'], folder('artifacts/signatures')],
  ['yaml', ['yaml'], ['^src/tosca/read-yaml\\.ts$', '^src/config/']],
  ['xml-reader', ['fast-xml-parser'], '^src/libvirt-xml/read-[^/]+\\.ts$'],
  ['validation', ['ajv', 'ajv-formats', 'typebox'], ['^src/api/', '^src/config/', '^src/artifacts/']],
  ['commander', ['commander'], folder('cli', 'author', 'lab')],
  ['logging', ['pino'], ['^src/api/', root]],
].map(([name, libraries, home]) => ({
  name: `home-of-${name}`,
  comment: `${libraries.join(', ')} live in one place, so that replacing them changes one place.`,
  severity: 'error',
  from: { path: '^src/', pathNot: home },
  to: { path: libraries.map(nodeModule) },
}));

const purity = [
  {
    name: 'core-without-libraries',
    comment: 'Core code uses no library and no Node module; the two readers of YAML and XML are the exception.',
    severity: 'error',
    from: { path: [shared, core], pathNot: ['^src/tosca/read-yaml\\.ts$', '^src/libvirt-xml/read-[^/]+\\.ts$'] },
    to: { dependencyTypes: notOurs },
  },
  {
    name: 'readers-without-node',
    comment: 'The readers of YAML and XML take text and give trees; files are read by adapters.',
    severity: 'error',
    from: { path: [shared, core] },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'ports-without-libraries',
    comment: 'A port is an interface: no library shows through it.',
    severity: 'error',
    from: { path: ports },
    to: { dependencyTypes: notOurs },
  },
  {
    name: 'workflow-without-libraries',
    comment: 'The workflow has no effects of its own: no library, no Node module.',
    severity: 'error',
    from: { path: folder('workflow') },
    to: { dependencyTypes: notOurs },
  },
];

const tidy = [
  {
    name: 'root-is-imported-by-nobody',
    comment: 'Only the root binds ports to implementations; nothing imports it back.',
    severity: 'error',
    from: { path: '^src/', pathNot: [root, forked] },
    to: { path: root },
  },
  {
    name: 'no-cycles',
    comment: 'Circular imports throw at load in ESM with decorator metadata, and they hide what depends on what.',
    severity: 'error',
    from: { path: '^src/' },
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'A file that nothing imports and that imports nothing is dead, or its test is missing.',
    severity: 'error',
    from: { path: '^src/', pathNot: '\\.d\\.ts$', orphan: true },
    to: {},
  },
  {
    name: 'no-missing-import',
    comment: 'An import that resolves to nothing fails at run time.',
    severity: 'error',
    from: { path: '^src/' },
    to: { couldNotResolve: true },
  },
  {
    name: 'no-dev-dependency',
    comment: 'What src/ imports at run time stands under dependencies in package.json.',
    severity: 'error',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'src-without-tests',
    comment: 'Production code imports neither tests nor benches nor scripts.',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(test|bench|scripts|vnf-catalog)/' },
  },
];

module.exports = {
  forbidden: [...layers, ...pathOrder, ...adapterRules, ...homes, ...purity, ...tidy],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
