import { afterAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readerBy } from '../../src/artifacts/package-reader.js';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { onboardCsar, type KeepImages } from '../../src/artifacts/onboard.js';
import { openCsar } from '../../src/artifacts/open-csar.js';
import { buildPackage } from '../../src/author/build.js';
import { lintPackage } from '../../src/author/lint.js';
import { signatureChecks, signingOf } from '../../src/author/signatures.js';
import { ok } from '../../src/shared/outcome.js';
import { edgePackage, edit } from '../artifacts/edge-package.js';
import { Pki, type Identity } from '../artifacts/signatures/authority.js';
import { vocabulary } from '../vnfd/read.js';
import { makeScratch } from './folders.js';
import { filesOf, findingsOf, randomShape } from './random-package.js';
import { systemClock } from '../../src/system.js';

const scratch = makeScratch();
const pki = new Pki();
const vendor = pki.signer('vendor');
const pathsOf = ({ keyFile, certificateFile }: Identity) => ({
  key: join(pki.folder, keyFile),
  certificate: join(pki.folder, certificateFile),
});
const trusting = await signatureChecks({ trustStore: pathsOf(vendor).certificate }, systemClock);
afterAll(() => {
  scratch.remove();
  pki.remove();
});

async function signer(identity = vendor) {
  const signing = await signingOf({ option: '1', ...pathsOf(identity) }, 'sha256', {}, systemClock);
  if (signing === undefined) throw new Error('there is a key, and nothing is signed');
  return signing;
}

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
    const { report, written } = await buildPackage(folder, scratch.path('plain.csar'), { releasedAt });
    expect(report.findings).toEqual([]);
    expect(written).toEqual({ files: files.size + 1, manifestPath });
    const text = await manifestIn(scratch.path('plain.csar'));
    expect(text).toContain(`vnf_release_date_time: ${releasedAt}\n`);
    expect([...text.matchAll(/^Source: (.*)$/gm)].map((match) => match[1])).toEqual([...files.keys()].toSorted());
    expect((await lintPackage(scratch.path('plain.csar'))).accepted).toBe(true);
  });

  test('keeps what the manifest of the folder says, and rewrites its digests', async () => {
    const files = edgePackage({ tamper: (all) => edit(all, 'ChangeLog.txt', '1.0', '1.1') });
    await buildPackage(scratch.folder('kept', files), scratch.path('kept.csar'), {});
    const text = await manifestIn(scratch.path('kept.csar'));
    expect(text).toContain('vnf_release_date_time: 2026-01-31T12:00:00Z\n');
    expect(text).toContain('compatible_specification_versions: 2.7.1, 3.3.1\n');
    expect(text).toContain('non_mano_artifact_sets:\n  example_dashboards:\n    Source: Scripts/dashboard.json\n');
    expect((await lintPackage(scratch.path('kept.csar'))).accepted).toBe(true);
  });

  test('gives the same bytes for the same folder, whenever it is built', async () => {
    const files = edgePackage();
    files.delete(manifestPath);
    const folder = scratch.folder('same', files);
    utimesSync(join(folder, 'ChangeLog.txt'), 4e9, 4e9);
    for (const name of ['one.csar', 'two.csar']) await buildPackage(folder, scratch.path(name), {});
    expect(readFileSync(scratch.path('one.csar')).equals(readFileSync(scratch.path('two.csar')))).toBe(true);
    expect(await manifestIn(scratch.path('one.csar'))).toContain('vnf_release_date_time: 2096-10-02T07:06:40Z\n');
    await buildPackage(folder, scratch.path('dated.csar'), { otherwiseMs: 1_700_000_000_000 });
    expect(await manifestIn(scratch.path('dated.csar'))).toContain('vnf_release_date_time: 2023-11-14T22:13:20Z\n');
  });

  test('writes SHA-512, and keeps the signatures of single files', async () => {
    const files = edgePackage();
    files.set('ChangeLog.cms', pki.sign(files.get('ChangeLog.txt') ?? Buffer.alloc(0), vendor));
    edit(files, manifestPath, 'Source: ChangeLog.txt\r\n', 'Source: ChangeLog.txt\r\nSignature: ChangeLog.cms\r\n');
    await buildPackage(scratch.folder('long', files), scratch.path('long.csar'), { algorithm: 'sha-512' });
    const text = await manifestIn(scratch.path('long.csar'));
    expect(text.match(/^Algorithm: SHA-512\nHash: [0-9a-f]{128}$/gm)).toHaveLength(files.size - 1);
    expect(text).toMatch(/^Source: ChangeLog.txt\n.*\n.*\nSignature: ChangeLog.cms\n/m);
    expect((await lintPackage(scratch.path('long.csar'), trusting)).findings.map(({ code }) => code)).toEqual([
      'SIG-NONE',
    ]);
  });

  test.each([1, 2] as const)('signs by option %i, so that a server that trusts the signer takes it', async (option) => {
    const csar = scratch.path(`signed-${option}.csar`);
    const { written } = await buildPackage(scratch.folder(`signed-${option}`, edgePackage()), csar, {
      signing: { ...(await signer()), option },
    });
    expect(written?.manifestPath).toBe(manifestPath);
    const taken = await onboardCsar(
      csar,
      readerBy(vocabulary),
      defaultCsarLimits,
      () => Promise.resolve(ok(undefined)),
      trusting,
    );
    expect(taken.ok && taken.value).toMatchObject({
      findings: [],
      securityOption: `OPTION_${option}`,
      signingCertificate: vendor.certificate.toString(),
    });
  });

  test('refuses what Berth would refuse, says why and leaves nothing; writes it when forced', async () => {
    const change = (files: Map<string, Buffer>): void =>
      edit(files, 'Definitions/edge_df_small.yaml', 'virtual_binding: worker', 'virtual_binding: nobody');
    const folder = scratch.folder('wrong', edgePackage({ change }));
    const there = readdirSync(scratch.path('.'));
    const { report, written } = await buildPackage(folder, scratch.path('wrong.csar'), {});
    expect(written).toBeUndefined();
    expect(report.findings.map(({ code }) => code)).toContain('VNFD-CP-UNBOUND');
    expect(readdirSync(scratch.path('.'))).toEqual(there);
    const forced = await buildPackage(folder, scratch.path('wrong.csar'), { force: true });
    expect([forced.report.accepted, forced.written?.manifestPath]).toEqual([false, manifestPath]);
    expect(existsSync(scratch.path('wrong.csar'))).toBe(true);
  });

  test('refuses a certificate that has expired', async () => {
    const expired = pki.signer('expired', { days: -1 });
    const { report } = await buildPackage(scratch.folder('late', edgePackage()), scratch.path('late.csar'), {
      signing: await signer(expired),
    });
    expect(report.findings.map(({ code }) => code)).toEqual(['SIG-EXPIRED']);
    expect(existsSync(scratch.path('late.csar'))).toBe(false);
  });

  test('does not build a package into itself', async () => {
    const folder = scratch.folder('self', edgePackage());
    await expect(buildPackage(folder, join(folder, 'a.csar'), {})).rejects.toThrow('would be a part of itself');
  });

  test('says why a folder is no package', async () => {
    const folder = scratch.folder(
      'two-roots',
      new Map([
        ['a.yaml', 'x'],
        ['b.yaml', 'y'],
      ]),
    );
    const { report, written } = await buildPackage(folder, scratch.path('two.csar'), { force: true });
    expect([written, report.findings.map(({ code }) => code)]).toEqual([undefined, ['PKG-ENTRY-SEVERAL']]);
  });
});

test('random packages lint clean and onboard, signed or not, whatever is in them', async () => {
  const options = [1, 2] as const;
  const signed = await signer();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      randomShape,
      fc.constantFrom('sha-256', 'sha-512'),
      fc.constantFrom(undefined, ...options),
      async (drawn, algorithm, option) => {
        run += 1;
        const csar = scratch.path(`random-${run}.csar`);
        const signing = option === undefined ? {} : { signing: { ...signed, option } };
        const folder = scratch.folder(`random-${run}`, filesOf(drawn));
        const { report } = await buildPackage(folder, csar, { releasedAt, algorithm, ...signing });
        expect(report.findings.map(({ code }) => code)).toEqual(findingsOf(drawn));
        const kept: string[] = [];
        const checks = option === undefined ? undefined : trusting;
        const keep: KeepImages = (images) => {
          kept.push(...images.map(({ path }) => path));
          return Promise.resolve(ok(undefined));
        };
        const outcome = await onboardCsar(csar, readerBy(vocabulary), defaultCsarLimits, keep, checks);
        expect(outcome.ok && outcome.value.securityOption).toBe(`OPTION_${option ?? 1}`);
        expect(kept).toEqual(['Files/system.qcow2']);
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);
