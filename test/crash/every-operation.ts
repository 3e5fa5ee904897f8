/**
 * Every LCM operation as the crash suites try it: an operation without a case does not compile.
 */
import type { LcmOperation } from '../../src/lifecycle/model.js';
import { hostId } from '../../src/shared/ids.js';
import { MiB } from '../../src/shared/units.js';
import type { Vnfd } from '../../src/vnfd/model.js';
import type { RunningBerth } from '../builders/berth.js';
import { cp, flavour, vdu, vnfd } from '../builders/vnfd.js';
import { crossBack, crossOver, instantiate, modify, operate, scale, terminate, type Ask } from './operations.js';

export interface OperationCase {
  /** Operations that come before the one under test. */
  readonly before: readonly Ask[];
  readonly ask: Ask;
}

/** With a disk that has no image and a link inside, so that every kind of step is there. */
export const wholeVnfd: Vnfd = vnfd({
  flavours: [
    flavour({
      vdus: [vdu({ storageIds: ['data'] })],
      storages: [{ id: 'data', kind: 'block', sizeBytes: MiB, perVnfcInstance: true, requirements: {} }],
      virtualLinks: [{ id: 'inner', layerProtocols: ['ethernet'], dhcpEnabled: false }],
      cps: [cp('west', 0), cp('east', 1), cp('inner', 2, { virtualLinkId: 'inner' })],
    }),
  ],
});

/** What somebody removed of a VNFC that is off comes back with its start. */
const startOfWhatIsLost: Ask = async (berth, id) => {
  await loseDomainsAndBootDisks(berth);
  return operate('STARTED')(berth, id);
};

async function loseDomainsAndBootDisks({ fleet }: RunningBerth): Promise<void> {
  const engine = fleet.of(hostId('sim-1'));
  for (const { uuid } of await engine.listDomains()) await engine.removeDomain(uuid);
  const volumes = await engine.listVolumes('berth');
  for (const { name } of volumes.filter((volume) => volume.name.endsWith('-root.qcow2')))
    await engine.removeVolume({ pool: 'berth', name });
}

const cases: Readonly<Record<LcmOperation, Readonly<Record<string, OperationCase>>>> = {
  INSTANTIATE: { instantiate: { before: [], ask: instantiate } },
  SCALE: {
    'scale out': { before: [instantiate], ask: scale('SCALE_OUT') },
    'scale in': { before: [instantiate, scale('SCALE_OUT')], ask: scale('SCALE_IN') },
  },
  OPERATE: {
    stop: { before: [instantiate, scale('SCALE_OUT')], ask: operate('STOPPED') },
    start: { before: [instantiate, operate('STOPPED')], ask: startOfWhatIsLost },
  },
  CHANGE_EXT_CONN: {
    'change of connections': { before: [instantiate], ask: crossOver },
    'change of connections of what is off': { before: [instantiate, crossOver, operate('STOPPED')], ask: crossBack },
  },
  TERMINATE: { terminate: { before: [instantiate, scale('SCALE_OUT')], ask: terminate } },
  MODIFY_INFO: { modify: { before: [instantiate], ask: modify } },
};

export const everyOperation: readonly (OperationCase & { readonly name: string })[] = Object.values(cases).flatMap(
  (named) => Object.entries(named).map(([name, one]) => ({ name, ...one })),
);
