const transform = { '^.+\\.ts$': ['@swc/jest', {}] };
const common = {
  testEnvironment: 'node',
  transform,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  roots: ['<rootDir>/test'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.cache'],
};
// Suites by cost. `unit` is what `npm run check` runs; `npm test` runs all.
const real = ['/test/libvirt/', '/test/firewall/', '/test/quickstart/', '/test/lab/real/'];
// Labs beside those of `npm test`, for minutes each: only `npm run test:lab` runs them.
const wholeLab = ['/test/lab/whole/'];
const slow = [
  '/test/crash/',
  '/test/flow/',
  '/test/contract/',
  '/test/conformance/',
  '/test/house/',
  '/test/vnf-catalog/',
  '/test/bench/',
  '/test/charts/',
  '/test/property/',
  '/test/browser/',
  '/test/observe/',
];
// Processes of their own, gigabytes, disks that are full, keys by the dozen.
const slowFiles = [
  'artifacts/reading-process',
  'artifacts/sbom-hostile',
  'artifacts/zip-writer',
  'artifacts/full-disk',
  'artifacts/signatures/option-1',
  'artifacts/signatures/option-2',
  'artifacts/sbom-hostile',
  'dashboards/live',
  'author/build',
  'author/commands',
  'api/http/request-line',
  'rules/alertmanager',
  'rules/day',
  'rules/promtool',
  'workflow/hosts/reality/comeback',
  'workflow/earlier-plans',
  'workflow/failed-operations',
  'workflow/given-up',
  'workflow/hosts/looks',
  'workflow/told',
].map((name) => `/test/${name}.test.ts`);
export default {
  workerIdleMemoryLimit: '1GB',
  // For what hangs. How long a test may take on a machine that compiles and boots guests meanwhile is not known.
  testTimeout: 120_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [...real, ...wholeLab, ...slow, ...slowFiles],
    },
    {
      ...common,
      displayName: 'suites',
      testMatch: [...slow.map((d) => `<rootDir>${d}**/*.test.ts`), ...slowFiles.map((file) => `<rootDir>${file}`)],
    },
    { ...common, displayName: 'real', testMatch: real.map((d) => `<rootDir>${d}**/*.test.ts`) },
    { ...common, displayName: 'lab', testMatch: wholeLab.map((d) => `<rootDir>${d}**/*.test.ts`) },
  ],
};
