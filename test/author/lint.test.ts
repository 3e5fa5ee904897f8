import { afterAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { signatureChecks } from '../../src/author/signatures.js';
import { lintPackage } from '../../src/author/lint.js';
import { reportSarif } from '../../src/author/report-sarif.js';
import { reportText } from '../../src/author/report-text.js';
import { edgePackage, edit, type EdgeOptions } from '../artifacts/edge-package.js';
import { writeZip } from '../artifacts/zips.js';
import { Pki } from '../artifacts/signatures/authority.js';
import { minimal } from '../vnfd/read.js';
import { makeScratch } from './folders.js';
import { sarifSchema } from './sarif-schema.js';
import { systemClock } from '../../src/system.js';

const scratch = makeScratch();
const pki = new Pki();
afterAll(() => {
  scratch.remove();
  pki.remove();
});

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
    expect(text).toMatch(
      /^Definitions\/edge_df_small\.yaml:\d+:\d+: error: `\w+` is bound to `wrker`, which is no VDU .*\[VNFD-CP-UNBOUND\]\n/,
    );
    expect(text).toMatch(/\n +\d+ \| {9}- virtual_binding: wrker\n +\| {28}\^\n {2}-> Add the/);
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

  test('opens the archive inside one of option 2, and leaves nothing behind', async () => {
    const { csar, signer } = await wrapped('outer');
    const temporary = scratch.folder('temporary', new Map([['kept', '']]));
    process.env['TMPDIR'] = temporary;
    const { accepted, findings, flavours } = await lintPackage(csar);
    expect(findings).toEqual([]);
    expect(accepted).toBe(true);
    expect(flavours).toHaveLength(2);
    const checks = await signatureChecks({ trustStore: join(pki.folder, signer.certificateFile) }, systemClock);
    expect((await lintPackage(csar, checks)).findings).toEqual([]);
    delete process.env['TMPDIR'];
    expect(readdirSync(temporary)).toEqual(['kept']);
  });

  test('verifies signatures as the server does, when it is told whom to trust', async () => {
    const { csar } = await wrapped('stranger');
    const trustStore = join(pki.folder, pki.signer('other').certificateFile);
    const required = await lintPackage(csar, await signatureChecks({ trustStore }, systemClock));
    expect(required.findings.map(({ code, severity }) => [code, severity])).toEqual([['SIG-UNTRUSTED', 'error']]);
    expect(required.accepted).toBe(false);
    const warned = await lintPackage(csar, await signatureChecks({ trustStore, signaturePolicy: 'warn' }, systemClock));
    expect(warned.findings.map(({ code, severity }) => [code, severity])).toEqual([['SIG-UNTRUSTED', 'warning']]);
    expect(warned.accepted).toBe(true);
    const unsigned = await lintPackage(
      scratch.folder('unsigned', edgePackage()),
      await signatureChecks({ trustStore }, systemClock),
    );
    expect(unsigned.findings.map(({ code }) => code)).toContain('SIG-NONE');
  });

  test('reads a VNFD by itself, with what it imports beside it', async () => {
    const folder = scratch.folder('alone', new Map([['vnfd.yaml', minimal('4.3.1')]]));
    expect(await lintPackage(`${folder}/vnfd.yaml`)).toMatchObject({ what: 'VNFD', accepted: true });
    for (const [path, content] of edgePackage()) {
      if (path.startsWith('Definitions/')) writeFileSync(join(folder, path.replace('Definitions/', '')), content);
    }
    const { accepted, flavours } = await lintPackage(`${folder}/edge.yaml`);
    expect([accepted, flavours.length]).toEqual([true, 2]);
    writeFileSync(`${folder}/vnfd.yaml`, minimal('4.3.1').replace('virtual_binding: vdu', 'virtual_binding: vdv'));
    expect(reportText(await lintPackage(`${folder}/vnfd.yaml`))).toMatch(/\^\n[^]*1 error, .*refuses this VNFD\.$/);
    writeFileSync(`${folder}/vnfd.yaml`, Buffer.from([0x61, 0xff]));
    expect((await lintPackage(`${folder}/vnfd.yaml`)).findings.map(({ code }) => code)).toEqual(['CSAR-TEXT-ENCODING']);
  });

  test('shows no control character of a package, and of a long line the part that matters', async () => {
    const long = `- { virtual_link: ${'a'.repeat(120)}, virtual_binding: "\u202e\t" }`;
    const yaml = minimal('3.3.1').replace('- virtual_binding: vdu', long);
    const folder = scratch.folder('long', new Map([['vnfd.yaml', yaml]]));
    const text = reportText(await lintPackage(`${folder}/vnfd.yaml`));
    expect(text).not.toMatch(/[\t\u202e]/);
    const lines = text.split('\n');
    const shown = lines.findIndex((line) => line.includes('| …aaa'));
    expect(lines[shown]).toMatch(/^ +\d+ \| …a+, virtual_binding: " {2}" \}$/);
    expect(lines[shown]?.[lines[shown + 1]?.indexOf('^') ?? -1]).toBe('"');
    expect(Math.max(...lines.filter((line) => / \| /.test(line)).map((line) => line.length))).toBeLessThan(115);
  });
});

describe('SARIF', () => {
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(sarifSchema);

  test.each([
    [
      'a folder',
      () => scratch.folder('sarif', edgePackage(broken)),
      /^(\.\.\/)+.*\/sarif\/Definitions\/edge_df_small\.yaml$/,
    ],
    ['an archive', () => archive('sarif.csar', edgePackage(broken)), /^Definitions\/edge_df_small\.yaml$/],
    [
      'what is no archive',
      () => `${scratch.folder('no', new Map([['a b#.csar', 'x']]))}/a b#.csar`,
      /\/no\/a%20b%23\.csar$/,
    ],
    ['a good package', () => scratch.folder('fine', edgePackage()), undefined],
  ])('of %s is of its form, with a rule for every code and relative places', async (_, path, uri) => {
    const report = await lintPackage(await path());
    const sarif = reportSarif(report) as Sarif;
    validate(sarif);
    expect(validate.errors ?? []).toEqual([]);
    const { tool, results } = sarif.runs[0]!;
    expect(results).toHaveLength(report.findings.length);
    results.forEach((result, index) => {
      const { code, line, column } = report.findings[index]!;
      expect([result.ruleId, tool.driver.rules[result.ruleIndex]?.id]).toEqual([code, code]);
      const { region } = result.locations[0]!.physicalLocation;
      expect(region).toEqual(line === undefined ? undefined : { startLine: line, startColumn: column });
    });
    if (uri !== undefined) expect(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toMatch(uri);
  });

  test('names files below the working directory as a code host does', async () => {
    const inTree = 'test/fixtures/packages/edge';
    const { folder } = await lintPackage(join(process.cwd(), inTree));
    expect(folder).toBe(relative(process.cwd(), inTree));
  });
});

interface Sarif {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region?: object };
      }[];
    }[];
  }[];
}

const archive = async (name: string, files: ReadonlyMap<string, Buffer>): Promise<string> => {
  await writeZip(scratch.path(name), files);
  return scratch.path(name);
};

/** The edge package inside an archive that a signer of that name signed. */
async function wrapped(name: string) {
  const signer = pki.signer(name);
  const inner = await archive(`${name}-inner.csar`, edgePackage());
  const content = readFileSync(inner);
  const csar = await archive(
    `${name}.zip`,
    new Map([
      ['edge.csar', content],
      ['edge.cms', pki.sign(content, signer)],
    ]),
  );
  return { csar, signer };
}
