/**
 * The steps that bring one VNFC into the world, take it out, start, stop and configure it. Each says in which phase it
 * belongs; the order of the plan makes stages of phases (lifecycle/stages.ts).
 */
import type { VnfcId } from '../shared/ids.js';
import { allocationIdsOf } from './allocations.js';
import { isDay0 } from './day0-volume.js';
import type { InternalLink } from './internal-link.js';
import type { StepInputs } from './step-inputs.js';
import type { StepKind, Vnfc, VnfcVolume } from './model.js';
import type { Phase, PhasedStep } from './stages.js';

/** What the XML and day-0 writers made of a VNFC (libvirt-xml). */
export interface RenderedVnfc {
  readonly domainXml: string;
  /** The day-0 volume, as a `content-volume` step has it: packed, in base64. */
  readonly day0: string;
}

export interface StepTimes {
  readonly uploadMs: number;
  readonly callMs: number;
  readonly guestReadyMs: number;
}

/** What guests get to stop when a request names no time. */
export const usualGracefulMs = 20_000;

/** The time that a graceful request names. */
export const gracefulMsOf = (seconds: number | undefined): number =>
  seconds === undefined ? usualGracefulMs : seconds * 1000;

function step<K extends StepKind>(
  lane: string,
  kind: K,
  name: string,
  phase: Phase,
  timeoutMs: number,
  input: StepInputs[K],
): PhasedStep {
  return { id: `${lane}/${name}`, kind, phase, lane, timeoutMs, input };
}

/** Base images per pool of a host, and networks per host: once each. */
export function hostSteps(
  vnfcs: readonly Vnfc[],
  links: readonly InternalLink[],
  times: StepTimes,
): readonly PhasedStep[] {
  const images = new Map<string, PhasedStep>();
  for (const vnfc of vnfcs) {
    for (const volume of vnfc.volumes) {
      if (volume.imageSha256 === undefined) continue;
      const image = {
        sha256: volume.imageSha256,
        name: baseOf(volume),
      };
      const lane = `host/${vnfc.hostId}/pool/${vnfc.pool}/image/${image.name}`;
      const input = { hostId: vnfc.hostId, pool: vnfc.pool, ...image, sizeBytes: volume.imageBytes ?? 0 };
      images.set(lane, step(lane, 'base-image', 'upload', 'host', times.uploadMs, input));
    }
  }
  const networks = links.map((link) =>
    step(`host/${link.hostId}/network/${link.network}`, 'ensure-network', 'ensure', 'host', times.callMs, link),
  );
  return [...images.values(), ...networks];
}

/** The volume below; one that was bound before installations had ids stands on a base that is named without one. */
const baseOf = ({ baseName, imageSha256 = '', baseFormat = 'qcow2' }: VnfcVolume): string =>
  baseName ?? `berth-base-${imageSha256}.${baseFormat}`;

/** Volumes, definition, start, and the wait for a guest that has an agent. */
export function addVnfcSteps(vnfc: Vnfc, rendered: RenderedVnfc, times: StepTimes): readonly PhasedStep[] {
  const lane = vnfcLane(vnfc.id);
  return [
    ...vnfc.volumes.map((volume) => volumeStep(lane, vnfc, volume, rendered.day0, times)),
    step(lane, 'define-domain', 'define', 'prepare', times.callMs, {
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

function volumeStep(lane: string, vnfc: Vnfc, volume: VnfcVolume, day0: string, times: StepTimes): PhasedStep {
  const place = { hostId: vnfc.hostId, pool: vnfc.pool, name: volume.name, vnfcId: vnfc.id, bases: basesOf(vnfc) };
  const name = `volume-${volume.id}`;
  if (isDay0(volume)) {
    return step(lane, 'content-volume', name, 'prepare', times.callMs, {
      ...place,
      content: day0,
      packing: 'without-zeros',
    });
  }
  const { capacityBytes, imageSha256 } = volume;
  if (imageSha256 === undefined) {
    return step(lane, 'blank-volume', name, 'prepare', times.callMs, { ...place, capacityBytes });
  }
  const base = baseOf(volume);
  return step(lane, 'image-volume', name, 'prepare', times.callMs, { ...place, base, capacityBytes });
}

export function restoreVolumeStep(
  vnfc: Vnfc,
  volume: VnfcVolume,
  ifLost: StepInputs['restore-volume']['ifLost'],
  times: StepTimes,
): PhasedStep {
  const { id, hostId, pool } = vnfc;
  const { name, capacityBytes, imageSha256 } = volume;
  return step(vnfcLane(id), 'restore-volume', `restore-${volume.id}`, 'prepare', times.callMs, {
    ...{ hostId, vnfcId: id, pool, name, capacityBytes, ifLost },
    ...(imageSha256 === undefined ? {} : { base: baseOf(volume) }),
  });
}

export function restoreDomainStep({ id, hostId }: Vnfc, xml: string, times: StepTimes): PhasedStep {
  const input = { hostId, vnfcId: id, xml };
  return step(vnfcLane(id), 'restore-domain', 'restore-definition', 'prepare', times.callMs, input);
}

/** Start, and the wait for the guest where it has an agent. */
export function startVnfcSteps(vnfc: Vnfc, times: StepTimes): readonly PhasedStep[] {
  const lane = vnfcLane(vnfc.id);
  const who = { hostId: vnfc.hostId, vnfcId: vnfc.id };
  const start = step(lane, 'start-domain', 'start', 'start', times.callMs, {
    ...who,
    pool: vnfc.pool,
    serialLog: vnfc.serialLog,
    bases: basesOf(vnfc),
  });
  if (!vnfc.guest.agent) return [start];
  const status = vnfc.guest.statusCommand;
  const input = status === undefined ? who : { ...who, statusCommand: status };
  return [start, step(lane, 'await-guest', 'await-guest', 'ready', times.guestReadyMs, input)];
}

/** New day-0 content for a stopped VNFC. */
export function day0Step(vnfc: Vnfc, day0: string, times: StepTimes): PhasedStep | undefined {
  const volume = vnfc.volumes.find(isDay0);
  return volume === undefined ? undefined : volumeStep(vnfcLane(vnfc.id), vnfc, volume, day0, times);
}

export function stopVnfcStep(vnfc: Vnfc, gracefulMs: number, times: StepTimes): PhasedStep {
  const input = { hostId: vnfc.hostId, vnfcId: vnfc.id, gracefulMs };
  return step(vnfcLane(vnfc.id), 'stop-domain', 'stop', 'stop', gracefulMs + times.callMs, input);
}

/** Stop, remove, and only then release its claims. */
export function removeVnfcSteps(vnfc: Vnfc, gracefulMs: number, times: StepTimes): readonly PhasedStep[] {
  const lane = vnfcLane(vnfc.id);
  const who = { hostId: vnfc.hostId, vnfcId: vnfc.id };
  const names = [...vnfc.volumes.map((volume) => volume.name), vnfc.serialLog];
  return [
    stopVnfcStep(vnfc, gracefulMs, times),
    step(lane, 'remove-domain', 'remove', 'remove', times.callMs, who),
    step(lane, 'remove-volumes', 'remove-volumes', 'remove', times.callMs, {
      ...who,
      pool: vnfc.pool,
      names,
      bases: basesOf(vnfc),
    }),
    step(lane, 'release-claims', 'release', 'remove', times.callMs, {
      vnfcIds: [vnfc.id],
      allocationIds: allocationIdsOf(vnfc),
      ...(vnfc.placement.pciFunctions.length > 0 && { functionsOn: vnfc.hostId }),
    }),
  ];
}

export function removeNetworkStep(link: InternalLink, times: StepTimes): PhasedStep {
  const lane = `host/${link.hostId}/network/${link.network}`;
  const input = { hostId: link.hostId, network: link.network };
  return step(lane, 'remove-network', 'remove', 'leave', times.callMs, input);
}

export function configureGuestStep(
  vnfc: Vnfc,
  command: readonly string[],
  userData: string,
  times: StepTimes,
): PhasedStep {
  const input = { hostId: vnfc.hostId, vnfcId: vnfc.id, command, userData };
  return step(vnfcLane(vnfc.id), 'configure-guest', 'configure', 'ready', times.callMs, input);
}

/** Another day-0 for a VNFC that may run: what its next boot finds. */
export function rewriteDay0Step(
  vnfc: Vnfc,
  { content, before }: { readonly content: string; readonly before: string },
  times: StepTimes,
): PhasedStep | undefined {
  const volume = vnfc.volumes.find(isDay0);
  if (volume === undefined || content === before) return undefined;
  const { id, hostId, pool } = vnfc;
  const input = { hostId, vnfcId: id, pool, name: volume.name, content, before };
  return step(vnfcLane(id), 'rewrite-day0', 'rewrite-day0', 'prepare', times.callMs, input);
}

/** What a guest gets to give up a card. */
const unplugMs = 20_000;

export function detachCardStep({ id, hostId }: Vnfc, cpdId: string, card: string, times: StepTimes): PhasedStep {
  const input = { hostId, vnfcId: id, cpdId, card, unplugMs };
  return step(vnfcLane(id), 'detach-card', `detach-${cpdId}`, 'stop', unplugMs + times.callMs, input);
}

export function attachCardStep({ id, hostId }: Vnfc, cpdId: string, card: string, times: StepTimes): PhasedStep {
  const input = { hostId, vnfcId: id, cpdId, card, unplugMs };
  return step(vnfcLane(id), 'attach-card', `attach-${cpdId}`, 'start', times.callMs, input);
}

/** One for the whole plan, and its last: a rollback brings back what it lets go of, as long as it did not run. */
export const releaseCardsStep = (given: StepInputs['release-cards']['given'], times: StepTimes): PhasedStep =>
  step('claims', 'release-cards', 'release-cards', 'leave', times.callMs, { given });

const vnfcLane = (id: VnfcId): string => `vnfc/${id}`;
