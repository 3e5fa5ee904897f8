import { afterAll, describe, expect, test } from '@jest/globals';
import { symlinkSync } from 'node:fs';
import { lintPackage } from '../../src/author/lint.js';
import { reportSarif } from '../../src/author/report-sarif.js';
import { reportText } from '../../src/author/report-text.js';
import { edgePackage, edit, type EdgeOptions } from '../artifacts/edge-package.js';
import { writeZip } from '../artifacts/zips.js';
import { makeScratch } from './folders.js';

const scratch = makeScratch();
afterAll(() => scratch.remove());

const small = 'Definitions/edge_df_small.yaml';
const broken: EdgeOptions = {
  change: (files) => edit(files, small, 'virtual_binding: worker', 'virtual_binding: wrker'),
};

describe('lint', () => {
  test('accepts a good package, as a folder and as an archive', async () => {
    const files = edgePackage();
    await writeZip(scratch.path('good.csar'), files);
    for (const path of [scratch.folder('good', files), scratch.path('good.csar')]) {
      const { accepted, findings, flavours } = await lintPackage(path);
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(accepted).toBe(true);
      expect(flavours.map(({ id }) => id)).toEqual(['small', 'pinned']);
    }
  });

  test('says the same of a folder and of its archive', async () => {
    const files = edgePackage(broken);
    await writeZip(scratch.path('broken.csar'), files);
    const ofFolder = await lintPackage(scratch.folder('broken', files));
    const ofArchive = await lintPackage(scratch.path('broken.csar'));
    expect(ofFolder.accepted).toBe(false);
    expect(ofFolder.findings).toEqual(ofArchive.findings);
  });

  test('shows the line, the mistake and the remedy', async () => {
    const text = reportText(await lintPackage(scratch.folder('shown', edgePackage(broken))));
    expect(text).toMatch(/^Definitions\/edge_df_small\.yaml:\d+:\d+: error VNFD-CP-UNBOUND\n +\d+ \| .*wrker\n/);
    expect(text).toMatch(/\| +\^\n {2}`\w+` is bound to `wrker`, which is no VDU of this flavour\.\n {2}-> Add the/);
    expect(text).toMatch(/1 error, \d+ warnings?: Berth refuses this package\.$/);
  });

  test('refuses a folder with a link out of it', async () => {
    const folder = scratch.folder('linked', edgePackage());
    symlinkSync('/etc/passwd', `${folder}/passwd`);
    const { accepted, findings } = await lintPackage(folder);
    expect(accepted).toBe(false);
    expect(findings.map(({ code }) => code)).toEqual(['CSAR-ENTRY-KIND']);
  });

  test('refuses what is no archive', async () => {
    const path = scratch.folder('text', new Map([['a.csar', 'not a zip']]));
    expect((await lintPackage(`${path}/a.csar`)).findings.map(({ code }) => code)).toEqual(['CSAR-NOT-ZIP']);
  });

  test('writes SARIF with a rule for every code and a place for every finding', async () => {
    const report = await lintPackage(scratch.folder('sarif', edgePackage(broken)));
    const error = report.findings.find(({ code }) => code === 'VNFD-CP-UNBOUND');
    expect(reportSarif(report)).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: { name: 'berth', rules: expect.arrayContaining([expect.objectContaining({ id: error?.code })]) },
          },
          results: expect.arrayContaining([
            expect.objectContaining({
              ruleId: 'VNFD-CP-UNBOUND',
              level: 'error',
              locations: [
                expect.objectContaining({
                  physicalLocation: {
                    artifactLocation: { uri: small },
                    region: { startLine: error?.line, startColumn: error?.column },
                  },
                }),
              ],
            }),
          ]),
        },
      ],
    });
  });
});
