import { afterAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { onboardCsar } from '../../src/artifacts/onboard.js';
import { openCsar } from '../../src/artifacts/open-csar.js';
import { buildPackage } from '../../src/author/build.js';
import { lintPackage } from '../../src/author/lint.js';
import { edgePackage, edit } from '../artifacts/edge-package.js';
import { vocabulary } from '../descriptor/read.js';
import { makeScratch } from './folders.js';
import { randomPackage } from './random-package.js';

const scratch = makeScratch();
afterAll(() => scratch.remove());

const releasedAt = '2026-02-03T04:05:06Z';
const manifestPath = 'Definitions/edge.mf';

async function manifestIn(file: string): Promise<string> {
  const opened = await openCsar(file, defaultCsarLimits);
  if (!opened.ok) throw new Error(opened.problem.detail);
  const reading = await opened.value.text(manifestPath);
  opened.value.close();
  return reading.ok ? reading.text : '';
}

describe('build', () => {
  test('writes a package that lint accepts, with a digest of every file', async () => {
    const files = edgePackage();
    files.delete(manifestPath);
    const folder = scratch.folder('plain', files);
    const built = await buildPackage(folder, scratch.path('plain.csar'), { releasedAt });
    expect(built).toEqual({ findings: [], files: files.size + 1, manifestPath });
    const text = await manifestIn(scratch.path('plain.csar'));
    expect(text).toContain(`vnf_release_date_time: ${releasedAt}\n`);
    expect([...text.matchAll(/^Source: (.*)$/gm)].map((match) => match[1])).toEqual([...files.keys()].toSorted());
    expect((await lintPackage(scratch.path('plain.csar'))).accepted).toBe(true);
  });

  test('keeps what the manifest of the folder says, and writes its digests anew', async () => {
    const files = edgePackage({ tamper: (all) => edit(all, 'ChangeLog.txt', '1.0', '1.1') });
    await buildPackage(scratch.folder('kept', files), scratch.path('kept.csar'), { releasedAt });
    const text = await manifestIn(scratch.path('kept.csar'));
    expect(text).toContain('vnf_release_date_time: 2026-01-31T12:00:00Z\n');
    expect(text).toContain('compatible_specification_versions: 2.7.1, 3.3.1\n');
    expect(text).toContain('non_mano_artifact_sets:\n  example_dashboards:\n    Source: Scripts/dashboard.json\n');
    expect((await lintPackage(scratch.path('kept.csar'))).accepted).toBe(true);
  });

  test('gives the same bytes for the same folder', async () => {
    const folder = scratch.folder('same', edgePackage());
    for (const name of ['one.csar', 'two.csar']) await buildPackage(folder, scratch.path(name), { releasedAt });
    expect(readFileSync(scratch.path('one.csar')).equals(readFileSync(scratch.path('two.csar')))).toBe(true);
  });

  test('appends what a signer makes of exactly the bytes before', async () => {
    const signed: string[] = [];
    const sign = (manifest: Uint8Array): Promise<string> => {
      signed.push(Buffer.from(manifest).toString());
      return Promise.resolve('-----BEGIN CMS-----\n');
    };
    await buildPackage(scratch.folder('signed', edgePackage()), scratch.path('signed.csar'), { releasedAt, sign });
    expect(await manifestIn(scratch.path('signed.csar'))).toBe(`${signed[0] ?? ''}-----BEGIN CMS-----\n`);
  });

  test('writes nothing when the VNFD cannot be read, and says why', async () => {
    const change = (files: Map<string, Buffer>): void =>
      edit(files, 'Definitions/edge_df_small.yaml', 'virtual_binding: worker', 'virtual_binding: nobody');
    const built = await buildPackage(scratch.folder('wrong', edgePackage({ change })), scratch.path('wrong.csar'), {
      releasedAt,
    });
    expect(built.manifestPath).toBeUndefined();
    expect(built.findings.map(({ code }) => code)).toContain('VNFD-CP-UNBOUND');
  });

  test('makes packages that lint clean and onboard, whatever is in them', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(randomPackage, async (files) => {
        run += 1;
        const csar = scratch.path(`random-${run}.csar`);
        await buildPackage(scratch.folder(`random-${run}`, files), csar, { releasedAt });
        expect((await lintPackage(csar)).findings).toEqual([]);
        const kept: string[] = [];
        const outcome = await onboardCsar(csar, vocabulary, defaultCsarLimits, (image) => {
          kept.push(image.path);
          return Promise.resolve();
        });
        expect(outcome.ok).toBe(true);
        expect(kept.length).toBeGreaterThan(0);
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});
