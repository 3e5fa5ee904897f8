/**
 * Instances and plan contexts for tests.
 */
import type { PlanContext } from '../../src/lifecycle/draft.js';
import type { VnfInstance } from '../../src/lifecycle/model.js';
import type { VnfPackage } from '../../src/package/model.js';
import type { IdSource } from '../../src/shared/clock.js';
import { vnfInstanceId, vnfPkgId } from '../../src/shared/ids.js';
import { GiB, MiB } from '../../src/shared/units.js';
import { imageSha256, vnfd } from './vnfd.js';

/** Counts: the n-th id ends in n. */
export function countingIds(): IdSource {
  let count = 0;
  return {
    uuid: () => {
      count += 1;
      return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
    },
  };
}

export function instance(change: Partial<VnfInstance> = {}): VnfInstance {
  return {
    id: vnfInstanceId('11111111-2222-4333-8444-555555555555'),
    vnfInstanceName: 'edge',
    vnfPkgId: vnfPkgId('99999999-2222-4333-8444-555555555555'),
    vnfdId: vnfd().id,
    vnfProvider: 'Berth',
    vnfProductName: 'router',
    vnfSoftwareVersion: '1.0',
    vnfdVersion: '1.0',
    metadata: {},
    extensions: {},
    vnfConfigurableProperties: {},
    revision: 1,
    ...change,
  };
}

export function vnfPackage(change: Partial<VnfPackage> = {}): VnfPackage {
  return {
    vnfd: vnfd(),
    entryDefinitions: 'Definitions/router.yaml',
    vnfdFiles: ['Definitions/router.yaml'],
    metadata: {},
    compatibleSpecificationVersions: [],
    securityOption: 'OPTION_1',
    softwareImages: [
      {
        id: 'router',
        path: 'Files/router.qcow2',
        sizeBytes: 32 * MiB,
        sha256: imageSha256,
        virtualSizeBytes: GiB,
      },
    ],
    additionalArtifacts: [],
    findings: [],
    ...change,
  };
}

export function context(change: Partial<PlanContext> = {}): PlanContext {
  return { instance: instance(), vnfd: vnfd(), images: vnfPackage().softwareImages, ids: countingIds(), ...change };
}
