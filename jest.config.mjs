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
const real = ['/test/libvirt/', '/test/quickstart/'];
const slow = [
  '/test/crash/',
  '/test/flow/',
  '/test/contract/',
  '/test/conformance/',
  '/test/house/',
  '/test/vnf-catalog/',
  '/test/bench/',
];
// Processes of their own, gigabytes, and disks that are full.
const slowFiles = ['reading-process', 'zip-writer', 'full-disk'].map((name) => `/test/artifacts/${name}.test.ts`);
export default {
  workerIdleMemoryLimit: '1GB',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [...real, ...slow, ...slowFiles],
    },
    {
      ...common,
      displayName: 'suites',
      testMatch: [...slow.map((d) => `<rootDir>${d}**/*.test.ts`), ...slowFiles.map((file) => `<rootDir>${file}`)],
    },
    { ...common, displayName: 'real', testMatch: real.map((d) => `<rootDir>${d}**/*.test.ts`) },
  ],
};
