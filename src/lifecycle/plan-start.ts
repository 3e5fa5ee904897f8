/**
 * Starting VNFCs is ensuring them: base images, internal networks, volumes and the definition that somebody removed are
 * made again from what Berth knows. Nothing that is there is touched, but for day-0, which is rewritten.
 */
import type { VnfcId } from '../shared/ids.js';
import { isDay0 } from './day0-volume.js';
import type { InstantiatedVnf, Vnfc, VnfcVolume } from './model.js';
import type { KeyValuePairs } from './requests.js';
import type { PhasedStep } from './stages.js';
import {
  addVnfcSteps,
  day0Step,
  hostSteps,
  restoreDomainStep,
  restoreVolumeStep,
  startVnfcSteps,
  type StepTimes,
} from './steps.js';

/** In `additionalParams` of OPERATE to STARTED: true has data disks that are lost recreated. */
export const lostDisksParameter = 'recreateLostDisks';

/** What can be written of a VNFC now. */
export interface RestoredVnfc {
  /** Absent when the facts of its host are not enough to write it. */
  readonly domainXml?: string;
  readonly day0: string;
}

export function planStart(
  now: InstantiatedVnf,
  vnfcs: readonly Vnfc[],
  rendered: ReadonlyMap<VnfcId, RestoredVnfc>,
  { additionalParams }: { readonly additionalParams?: KeyValuePairs },
  times: StepTimes,
): readonly PhasedStep[] {
  const links = now.virtualLinks.filter((link) =>
    vnfcs.some(({ hostId, cps }) => hostId === link.hostId && cps.some((cp) => cp.network === link.network)),
  );
  const makesLost = additionalParams?.[lostDisksParameter] === true;
  return [
    ...hostSteps(vnfcs, links, times),
    ...vnfcs.flatMap((vnfc) => startSteps(vnfc, rendered.get(vnfc.id), makesLost, times)),
  ];
}

function startSteps(vnfc: Vnfc, rendered: RestoredVnfc | undefined, makesLost: boolean, times: StepTimes) {
  if (rendered === undefined) throw new Error(`nothing was rendered for VNFC ${vnfc.id}`);
  const { domainXml, day0 } = rendered;
  // What never started has nothing to lose.
  if (vnfc.incomplete === true && domainXml !== undefined) return addVnfcSteps(vnfc, { domainXml, day0 }, times);
  const written = day0Step(vnfc, day0, times);
  return [
    ...vnfc.volumes
      .filter((volume) => !isDay0(volume))
      .map((volume) =>
        restoreVolumeStep(
          vnfc,
          volume,
          makesLost ? 'make' : isBootDisk(vnfc, volume) ? 'make-beside-others' : 'refuse',
          times,
        ),
      ),
    ...(written === undefined ? [] : [written]),
    ...(domainXml === undefined ? [] : [restoreDomainStep(vnfc, domainXml, times)]),
    ...startVnfcSteps(vnfc, times),
  ];
}

/** The one that libvirt-xml boots from: the image has what it needs. */
const isBootDisk = (vnfc: Vnfc, volume: VnfcVolume): boolean =>
  vnfc.volumes.find(({ imageSha256 }) => imageSha256 !== undefined) === volume;
