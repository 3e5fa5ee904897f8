/** SBOMs as large as their limits allow, through the process that reads packages. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { onboardCsar } from '../../src/artifacts/onboard.js';
import { ReadingProcess } from '../../src/artifacts/reading-process.js';
import { ok } from '../../src/shared/outcome.js';
import { edgePackage } from './edge-package.js';
import { writeZip } from './zips.js';
import { systemClock } from '../../src/system.js';

const folder = mkdtempSync(join(tmpdir(), 'berth-sbom-'));
const reading = new ReadingProcess(systemClock);
afterAll(async () => {
  await reading.close();
  rmSync(folder, { recursive: true });
});

const sbom = (components: string) => Buffer.from(`{"bomFormat":"CycloneDX","components":[${components}]}`);
const repeated = (times: number, text: (at: number) => string) =>
  Array.from({ length: times }, (_, at) => text(at)).join();

it('SBOMs at their limits do not make a package be refused', async () => {
  const files = edgePackage({
    change: (all) => {
      // Objects that cost most for their length, names that cost most to keep, and what is deeper than it may be.
      all.set('a.cdx.json', sbom(repeated(499_000, () => '{}')));
      all.set('b.cdx.json', sbom(repeated(27_000, (at) => `{"name":"${String(at).padEnd(250, 'é')}"}`)));
      all.set('c.cdx.json', sbom('[{"a":'.repeat(1_000_000)));
    },
  });
  const csar = join(folder, 'hostile.csar');
  await writeZip(csar, files);
  const outcome = await onboardCsar(csar, reading.read, { ...defaultCsarLimits, ratio: 100_000 }, () =>
    Promise.resolve(ok(undefined)),
  );
  expect(outcome.ok && outcome.value.findings.map(({ code, file }) => `${code} ${file}`)).toEqual([
    ...['SBOM-COMPONENT a.cdx.json', 'SBOM-LEFT-OUT b.cdx.json', 'SBOM-UNREADABLE c.cdx.json'],
  ]);
  expect(outcome.ok && outcome.value.sboms?.flatMap(({ components }) => components).length).toBeLessThan(10_000);
});
