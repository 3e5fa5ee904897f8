/**
 * The steps that bring one VNFC into the world, take it out, start, stop and configure it. Stages: what hosts need
 * first, then the VNFCs side by side, then what needs them running.
 */
import type { VnfcId } from '../shared/ids.js';
import { isDay0 } from './day0-volume.js';
import type { InternalLink, Step, StepInputs, StepKind, Vnfc, VnfcVolume } from './model.js';

/** What the XML and day-0 writers made of a VNFC (libvirt-xml). */
export interface RenderedVnfc {
  readonly domainXml: string;
  /** Base64 of the day-0 volume. */
  readonly day0: string;
}

export interface StepTimes {
  readonly uploadMs: number;
  readonly callMs: number;
  readonly guestReadyMs: number;
}

export const stage = { host: 0, vnfc: 1, guest: 2, leave: 3 } as const;

function step<K extends StepKind>(
  lane: string,
  kind: K,
  name: string,
  at: number,
  timeoutMs: number,
  input: StepInputs[K],
): Step {
  return { id: `${lane}/${name}`, kind, stage: at, lane, timeoutMs, input };
}

/** Base images per pool of a host, and networks per host: once each. */
export function hostSteps(vnfcs: readonly Vnfc[], links: readonly InternalLink[], times: StepTimes): readonly Step[] {
  const images = new Map<string, Step>();
  for (const vnfc of vnfcs) {
    for (const volume of vnfc.volumes) {
      if (volume.imageSha256 === undefined) continue;
      const image = {
        sha256: volume.imageSha256,
        name: baseOf(volume),
      };
      const lane = `host/${vnfc.hostId}/pool/${vnfc.pool}/image/${image.name}`;
      const input = { hostId: vnfc.hostId, pool: vnfc.pool, ...image, sizeBytes: volume.imageBytes ?? 0 };
      images.set(lane, step(lane, 'base-image', 'upload', stage.host, times.uploadMs, input));
    }
  }
  const networks = links.map((link) =>
    step(`host/${link.hostId}/network/${link.network}`, 'ensure-network', 'ensure', stage.host, times.callMs, link),
  );
  return [...images.values(), ...networks];
}

/** The volume below; one that was bound before installations had ids stands on a base that is named without one. */
const baseOf = ({ baseName, imageSha256 = '', baseFormat = 'qcow2' }: VnfcVolume): string =>
  baseName ?? `berth-base-${imageSha256}.${baseFormat}`;

/** Volumes, definition, start, and the wait for a guest that has an agent. */
export function addVnfcSteps(vnfc: Vnfc, rendered: RenderedVnfc, times: StepTimes): readonly Step[] {
  const lane = vnfcLane(vnfc.id);
  return [
    ...vnfc.volumes.map((volume) => volumeStep(lane, vnfc, volume, rendered.day0, times)),
    step(lane, 'define-domain', 'define', stage.vnfc, times.callMs, {
      hostId: vnfc.hostId,
      vnfcId: vnfc.id,
      xml: rendered.domainXml,
    }),
    ...startVnfcSteps(vnfc, times),
  ];
}

/** Images that the VNFC's disks stand on: they lie in its pool as long as it does. */
const basesOf = ({ volumes }: Vnfc): readonly string[] => [
  ...new Set(volumes.flatMap((volume) => (volume.imageSha256 === undefined ? [] : [baseOf(volume)]))),
];

function volumeStep(lane: string, vnfc: Vnfc, volume: VnfcVolume, day0: string, times: StepTimes): Step {
  const place = { hostId: vnfc.hostId, pool: vnfc.pool, name: volume.name, vnfcId: vnfc.id, bases: basesOf(vnfc) };
  const name = `volume-${volume.id}`;
  if (isDay0(volume)) {
    return step(lane, 'content-volume', name, stage.vnfc, times.callMs, { ...place, content: day0 });
  }
  const { capacityBytes, imageSha256 } = volume;
  if (imageSha256 === undefined) {
    return step(lane, 'blank-volume', name, stage.vnfc, times.callMs, { ...place, capacityBytes });
  }
  const base = baseOf(volume);
  return step(lane, 'root-volume', name, stage.vnfc, times.callMs, { ...place, base, capacityBytes });
}

export function restoreVolumeStep(
  vnfc: Vnfc,
  volume: VnfcVolume,
  ifLost: StepInputs['restore-volume']['ifLost'],
  times: StepTimes,
): Step {
  const { id, hostId, pool } = vnfc;
  const { name, capacityBytes, imageSha256 } = volume;
  return step(vnfcLane(id), 'restore-volume', `restore-${volume.id}`, stage.vnfc, times.callMs, {
    ...{ hostId, vnfcId: id, pool, name, capacityBytes, ifLost },
    ...(imageSha256 === undefined ? {} : { base: baseOf(volume) }),
  });
}

export function restoreDomainStep({ id, hostId }: Vnfc, xml: string, times: StepTimes): Step {
  const input = { hostId, vnfcId: id, xml };
  return step(vnfcLane(id), 'restore-domain', 'restore-definition', stage.vnfc, times.callMs, input);
}

/** Start, and the wait for the guest where it has an agent. */
export function startVnfcSteps(vnfc: Vnfc, times: StepTimes): readonly Step[] {
  const lane = vnfcLane(vnfc.id);
  const who = { hostId: vnfc.hostId, vnfcId: vnfc.id };
  const start = step(lane, 'start-domain', 'start', stage.vnfc, times.callMs, {
    ...who,
    pool: vnfc.pool,
    serialLog: vnfc.serialLog,
    bases: basesOf(vnfc),
  });
  if (!vnfc.guest.agent) return [start];
  const status = vnfc.guest.statusCommand;
  const input = status === undefined ? who : { ...who, statusCommand: status };
  return [start, step(lane, 'await-guest', 'await-guest', stage.guest, times.guestReadyMs, input)];
}

/** New day-0 content for a stopped VNFC. */
export function day0Step(vnfc: Vnfc, day0: string, times: StepTimes): Step | undefined {
  const volume = vnfc.volumes.find(isDay0);
  return volume === undefined ? undefined : volumeStep(vnfcLane(vnfc.id), vnfc, volume, day0, times);
}

export function stopVnfcStep(vnfc: Vnfc, gracefulMs: number, times: StepTimes): Step {
  const input = { hostId: vnfc.hostId, vnfcId: vnfc.id, gracefulMs };
  return step(vnfcLane(vnfc.id), 'stop-domain', 'stop', stage.vnfc, gracefulMs + times.callMs, input);
}

/** Stop, remove, and only then let go of what it held. */
export function removeVnfcSteps(vnfc: Vnfc, gracefulMs: number, times: StepTimes): readonly Step[] {
  const lane = vnfcLane(vnfc.id);
  const who = { hostId: vnfc.hostId, vnfcId: vnfc.id };
  const names = [...vnfc.volumes.map((volume) => volume.name), vnfc.serialLog];
  return [
    stopVnfcStep(vnfc, gracefulMs, times),
    step(lane, 'remove-domain', 'remove', stage.vnfc, times.callMs, who),
    step(lane, 'remove-volumes', 'remove-volumes', stage.vnfc, times.callMs, {
      ...who,
      pool: vnfc.pool,
      names,
      bases: basesOf(vnfc),
    }),
    step(lane, 'release-claims', 'release', stage.vnfc, times.callMs, { vnfcIds: [vnfc.id] }),
  ];
}

export function removeNetworkStep(link: InternalLink, times: StepTimes): Step {
  const lane = `host/${link.hostId}/network/${link.network}`;
  const input = { hostId: link.hostId, network: link.network };
  return step(lane, 'remove-network', 'remove', stage.leave, times.callMs, input);
}

export function configureGuestStep(vnfc: Vnfc, command: readonly string[], userData: string, times: StepTimes): Step {
  const input = { hostId: vnfc.hostId, vnfcId: vnfc.id, command, userData };
  return step(vnfcLane(vnfc.id), 'configure-guest', 'configure', stage.guest, times.callMs, input);
}

/** The lane of all that is done to one VNFC. */
export const vnfcLane = (id: VnfcId): string => `vnfc/${id}`;

/** The VNFC whose lane a step runs in; undefined for host steps. */
export function vnfcOfStep(stepId: string): VnfcId | undefined {
  const match = /^vnfc\/([^/]+)\//.exec(stepId);
  return match?.[1] as VnfcId | undefined;
}
