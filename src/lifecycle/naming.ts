/**
 * Names that Berth gives on hosts. Everything begins with `berth-`, so that an operator and the leak check can tell
 * what is ours, and carries enough of an id to be unique.
 */
import type { VnfInstanceId, VnfcId } from '../shared/ids.js';

const short = (id: string): string => id.replaceAll('-', '').slice(0, 12);
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');

/** 32-bit FNV-1a. */
export function fnv1a(text: string, basis = 0x811c9dc5): number {
  let hash = basis;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return hash;
}

export const domainName = (instance: VnfInstanceId, vdu: string, index: number): string =>
  `berth-${short(instance)}-${plain(vdu)}-${String(index)}`;

/** RFC 1123 label, at most 63 characters. */
export const hostName = (vnfName: string | undefined, instance: VnfInstanceId, vdu: string, index: number): string =>
  `${plain(vnfName ?? '').slice(0, 30) || short(instance)}-${plain(vdu).slice(0, 20)}-${String(index)}`;

export const volumeName = (vnfc: VnfcId, volume: string, suffix: string): string =>
  `berth-${vnfc}-${plain(volume)}.${suffix}`;

/** Base images belong to the package: they go when it is deleted. */
export const baseImageName = (sha256: string, format: string): string => `berth-base-${sha256}.${format}`;
export const isBaseImage = (name: string): boolean => /^berth-base-[0-9a-f]{64}\./.test(name);
/** A volume that one VNFC holds by claim. */
export const isVnfcVolume = (name: string): boolean => name.startsWith('berth-') && !isBaseImage(name);
export const baseImageSha256 = (name: string): string => name.slice('berth-base-'.length).split('.')[0] ?? '';

export const linkNetworkName = (instance: VnfInstanceId, virtualLink: string): string =>
  `berth-${short(instance)}-${plain(virtualLink).slice(0, 30)}`;

/** At most 15 characters (IFNAMSIZ less the end mark). */
export const linkBridgeName = (instance: VnfInstanceId, virtualLink: string): string =>
  `bvl${fnv1a(`${instance}/${virtualLink}`).toString(16).padStart(8, '0')}`;

/** Locally administered unicast MAC address, from the VNFC and its CP: the same plan gives the same address. */
export function macAddress(vnfc: VnfcId, cpdId: string): string {
  const bytes = fnv1a(`${vnfc}/${cpdId}`).toString(16).padStart(8, '0').match(/../g) ?? [];
  return ['52', '54', ...bytes].join(':');
}
