/**
 * Real packages of other projects, where they lie beside this repository. What is stated is the verdict in full: the
 * shape of what is read, or the codes of the errors.
 */
import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isError } from '../../src/shared/finding.js';
import { codesOf, readFiles } from './read.js';

const samples = join(import.meta.dirname, '../../../shared/etsi/samples');
const isHere = existsSync(samples);

/** VDUs, CPs, links, external CPs, aspects, levels, affinity rules of each flavour. */
const read: readonly (readonly [string, string, Readonly<Record<string, readonly number[]>>])[] = [
  ['o-ran-sc/vnf', 'Definitions/sample_vnfd_top.yaml', { simple: [1, 1, 1, 0, 0, 0, 0] }],
  ['tacker/sample_vnf_package_csar', 'Definitions/sample_vnfd_top.yaml', { simple: [1, 1, 1, 0, 0, 0, 0] }],
  [
    'tacker/etsi_nfv/sample_vnf_package_csar_with_short_notation',
    'Definitions/helloworld3_df_simple.yaml',
    { simple: [2, 3, 1, 1, 0, 0, 0] },
  ],
  ['tacker/etsi_nfv/sample_vnf_package_csar_manifest', 'VNF.yaml', { simple: [2, 3, 1, 1, 1, 2, 0] }],
  [
    'heat-translator/etsi_nfv',
    'tosca_nfv_vnf_vdu_cp_vl_blockstorage_with_scaling.yaml',
    { simple: [1, 1, 1, 0, 1, 2, 0] },
  ],
];

/** `VNFD-IMAGE-INCOMPLETE`: the image lies at the VIM under its name, which Berth does not know. */
const refused: readonly (readonly [string, string, readonly string[]])[] = [
  ['o-ran-sc/vnf_v2', 'Definitions/sample_vnfd_top.yaml', ['VNFD-IMAGE-INCOMPLETE', 'VNFD-IMAGE-INCOMPLETE']],
  ['tacker/practical_vnf_package', 'Definitions/Node.yaml', Array<string>(5).fill('VNFD-IMAGE-INCOMPLETE')],
  [
    'tacker/free5gc/sample_free5gc_vnf_package',
    'Definitions/sample_free5gc_top.vnfd.yaml',
    ['VNFD-IMAGE-INCOMPLETE', 'VNFD-MAPPING-UNKNOWN', 'VNFD-MAPPING-UNKNOWN', 'VNFD-MAPPING-UNKNOWN'],
  ],
  [
    'tacker/free5gc/sample_free5gc_vnf_package_scope_nfvi_node',
    'Definitions/sample_free5gc_top.vnfd.yaml',
    ['VNFD-IMAGE-INCOMPLETE'],
  ],
  [
    'heat-translator/etsi_nfv',
    'tosca_nfv_scaling_non_deltas_in_aspect_delta.yaml',
    ['VNFD-VNF-MISSING', 'VNFD-DELTA-UNKNOWN', 'VNFD-LEVEL-DISAGREES'],
  ],
  [
    'heat-translator/etsi_nfv',
    'tosca_nfv_scaling_non_target_vdu_in_initial_delta.yaml',
    ['VNFD-VNF-MISSING', 'VNFD-POLICY-TARGET-UNKNOWN'],
  ],
  [
    'heat-translator/etsi_nfv',
    'tosca_nfv_vdu_with_unsupported_storage.yaml',
    [
      'VNFD-VNF-MISSING',
      'TOSCA-PROPERTY-MISSING',
      'TOSCA-PROPERTY-MISSING',
      'VNFD-STORAGE-UNKNOWN',
      'VNFD-VDU-NO-IMAGE',
      'VNFD-VDU-NO-IMAGE',
    ],
  ],
];

function readSample(folder: string, entry: string) {
  const top = join(samples, folder);
  const paths = readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((path) => /\.ya?ml$/.test(path));
  const files: Record<string, string> = {};
  for (const path of paths) files[path] = readFileSync(join(top, path), 'utf8');
  return readFiles(files, entry);
}

if (!isHere) test.skip('The sample packages are not beside this repository: nothing to read', () => undefined);

(isHere ? describe : describe.skip)('sample packages', () => {
  test.each(read)('%s %s is read', (folder, entry, shape) => {
    const { findings, vnfd } = readSample(folder, entry);
    expect(findings.filter(isError)).toEqual([]);
    const shapes = vnfd?.flavours.map((flavour) => [
      flavour.id,
      [
        flavour.vdus,
        flavour.cps,
        flavour.virtualLinks,
        flavour.extCps,
        flavour.aspects,
        flavour.levels,
        flavour.affinityRules,
      ].map((all) => all.length),
    ]);
    expect(Object.fromEntries(shapes ?? [])).toEqual(shape);
  });

  test.each(refused)('%s %s is refused', (folder, entry, expected) => {
    const reading = readSample(folder, entry);
    expect(codesOf({ ...reading, findings: reading.findings.filter(isError) })).toEqual(expected);
  });
});
