/**
 * Real VNFDs and packages of other projects, where they lie beside this repository: every one has its verdict in
 * `sample-verdicts.ts`, and that is all that is said of it.
 */
import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readerBy } from '../../src/artifacts/package-reader.js';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { openFolder } from '../../src/artifacts/open-folder.js';
import { readArchive } from '../../src/artifacts/read-archive.js';
import type { Flavour } from '../../src/vnfd/model.js';
import type { Finding } from '../../src/shared/finding.js';
import { readFiles, vocabulary } from './read.js';
import { packages, templates, type Verdict } from './sample-verdicts.js';

const samples = join(import.meta.dirname, '../../../shared/etsi/samples');
const isHere = existsSync(samples);

function verdictOf(flavours: readonly Flavour[], findings: readonly Finding[]): Verdict {
  const of = (severity: Finding['severity']): string[] => {
    const counts = new Map<string, number>();
    for (const { code } of findings.filter((each) => each.severity === severity)) {
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    return [...counts].map(([code, count]) => (count === 1 ? code : `${code} ×${count}`));
  };
  const notes = of('info');
  return {
    shapes: flavours.map(shapeOf),
    errors: of('error'),
    warnings: of('warning'),
    ...(notes.length > 0 && { notes }),
  };
}

function shapeOf(flavour: Flavour): string {
  const { vdus, cps, virtualLinks, extCps, aspects, levels, affinityRules } = flavour;
  const counts = [vdus, cps, virtualLinks, extCps, aspects, levels, affinityRules].map((all) => all.length);
  return `${flavour.id} ${counts.join(' ')}`;
}

/** A service template by itself; the type definitions that it imports are built in. */
function judgeTemplate(path: string): Verdict {
  const { flavours, findings } = readFiles({ [path]: readFileSync(join(samples, path), 'utf8') }, path);
  return verdictOf(flavours, findings);
}

async function judgePackage(folder: string): Promise<Verdict> {
  const opened = await openFolder(join(samples, folder), defaultCsarLimits);
  if (!opened.ok) throw new Error(JSON.stringify(opened.problem));
  const { flavours, findings } = await readArchive(opened.value, readerBy(vocabulary), defaultCsarLimits);
  return verdictOf(flavours, findings);
}

const [describeSamples, title] = isHere
  ? ([describe, 'sample'] as const)
  : ([describe.skip, 'sample [skipped: the sample packages are not beside this repository]'] as const);

describeSamples(title, () => {
  test.each(Object.entries(templates))('template %s', (name, verdict) => {
    expect(judgeTemplate(`heat-translator/etsi_nfv/${name}.yaml`)).toEqual(verdict);
  });

  test.each(Object.entries(packages))('package %s', async (folder, verdict) => {
    expect(await judgePackage(folder)).toEqual(verdict);
  });

  test('none is left out', () => {
    const all = readdirSync(samples, { recursive: true, encoding: 'utf8' });
    const found = all
      .filter((path) => /(^|\/)tosca_nfv_[^/]+\.yaml$/.test(path))
      .map((path) => basename(path, '.yaml'));
    const roots = all.filter((path) => /(TOSCA\.meta|\/VNF\.yaml)$/.test(path)).map((path) => folderOf(path));
    expect(Object.keys(templates).toSorted()).toEqual(found.toSorted());
    expect(Object.keys(packages).toSorted()).toEqual(roots.toSorted());
  });
});

const folderOf = (path: string): string => (path.endsWith('.meta') ? dirname(dirname(path)) : dirname(path));
