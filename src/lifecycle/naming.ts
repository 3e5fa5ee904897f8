/**
 * Names that Berth gives on hosts and in guests. Everything on a host begins with `berth-` (bridges with `bvl`), so that
 * an operator and the leak check can tell what is ours.
 *
 * Distinct things get distinct names. Text of a descriptor or request goes into a name as it is where it may stand there;
 * where it is cleaned or cut, a hash of the whole text follows, so that `Net A` and `net_a` stay two. Names are made
 * once, when an operation is planned, and kept with what bears them: what is there already is never renamed.
 */
import { defined } from '../shared/defined.js';
import { fnv1aHex } from '../shared/hash.js';
import type { InstallationId, VnfInstanceId, VnfcId } from '../shared/ids.js';

const short = (id: string): string => id.replaceAll('-', '').slice(0, 12);

const digits = 'abcdefghijklmnopqrstuvwxyz234567';

/** The lowest `length` base-32 digits of the 64-bit FNV-1a, at most 12. */
function mark(text: string, length: number): string {
  let hash = 0xcbf29ce484222325n;
  for (let at = 0; at < text.length; at += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n);
  }
  return Array.from({ length }, (_, at) => digits.charAt(Number((hash >> BigInt(5 * at)) & 31n))).join('');
}

const markLength = 10;
const endsInMark = new RegExp(`--[a-z2-7]{${String(markLength)}}$`);

interface Alphabet {
  readonly fits: RegExp;
  readonly others: RegExp;
  readonly lower: boolean;
}

/** Of file names, and of what libvirt makes files of. */
const fileText: Alphabet = { fits: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, others: /[^A-Za-z0-9_.-]+/g, lower: false };
/** Of host names (RFC 1123), which know no case. */
const hostText: Alphabet = { fits: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, others: /[^a-z0-9]+/g, lower: true };

function cleaned(text: string, { others, lower }: Alphabet, limit: number): string {
  const plain = (lower ? text.toLowerCase() : text).replaceAll(others, '-').replaceAll(/^[-.]+/g, '');
  return plain.slice(0, limit).replaceAll(/[-.]+$/g, '');
}

/** At most `limit` characters. Text that looks like another's cleaned form is marked too. */
function part(text: string, alphabet: Alphabet, limit: number): string {
  if (text.length <= limit && alphabet.fits.test(text) && !endsInMark.test(text)) return text;
  const stem = cleaned(text, alphabet, limit - markLength - 2);
  return `${stem === '' ? 'x' : stem}--${mark(text, markLength)}`;
}

/** libvirt and QEMU make files of it, with suffixes of their own. */
export const domainName = (instance: VnfInstanceId, vdu: string, index: number): string =>
  `berth-${short(instance)}-${part(vdu, fileText, 64)}-${String(index)}`;

/** RFC 1123 label, at most 63 characters. Users may give two instances one name, so the instance's id is always in it. */
export function hostName(vnfName: string | undefined, instance: VnfInstanceId, vdu: string, index: number): string {
  const name = cleaned(vnfName ?? '', hostText, 16);
  return `${name}${name === '' ? '' : '-'}${short(instance)}-${part(vdu, hostText, 22)}-${String(index)}`;
}

/** A file name: at most 255 bytes. */
export const volumeName = (vnfc: VnfcId, volume: string, suffix: string): string =>
  `berth-${vnfc}-${part(volume, fileText, 64)}.${suffix}`;

/** A volume or the log of a console, of that VNFC. */
export const isFileOf = (vnfc: VnfcId, name: string): boolean => name.startsWith(`berth-${vnfc}-`);

/**
 * Base images belong to the package: they go when it is deleted. Two installations on one host never share one, or one
 * would take it from under the other's disks.
 */
export const baseImageName = (installation: InstallationId, sha256: string, format: string): string =>
  `berth-base-${sha256}-${short(installation)}.${format}`;

/** What the name of a base image says; without an installation it is from before there were any. */
export interface BaseImageName {
  readonly sha256: string;
  readonly installation?: string;
}

export function readBaseImageName(name: string): BaseImageName | undefined {
  const [, sha256, installation] = /^berth-base-([0-9a-f]{64})(?:-([0-9a-f]{12}))?\.[a-z0-9]+$/.exec(name) ?? [];
  return sha256 === undefined ? undefined : { sha256, ...defined({ installation }) };
}

/** The part of an installation's id that names carry. */
export const installationInNames = (id: InstallationId): string => short(id);

/** A volume that one VNFC holds by claim. */
export const isVnfcVolume = (name: string): boolean =>
  name.startsWith('berth-') && readBaseImageName(name) === undefined;

export const linkNetworkName = (instance: VnfInstanceId, virtualLink: string): string =>
  `berth-${short(instance)}-${part(virtualLink, fileText, 40)}`;

/** At most 15 characters (IFNAMSIZ less the end mark). */
export const linkBridgeName = (instance: VnfInstanceId, virtualLink: string): string =>
  `bvl${mark(`${instance}/${virtualLink}`, 12)}`;

/**
 * Locally administered unicast MAC address that is not in `taken`, from the VNFC and its CP: the same plan gives the
 * same address. Of 32 free bits a large fleet soon has two alike.
 */
export function macAddress(vnfc: VnfcId, cpdId: string, taken: ReadonlySet<string>): string {
  for (let attempt = 0; ; attempt += 1) {
    const salt = attempt === 0 ? '' : `/${String(attempt)}`;
    const bytes = fnv1aHex(`${vnfc}/${cpdId}${salt}`).match(/../g) ?? [];
    const mac = ['52', '54', ...bytes].join(':');
    if (!taken.has(mac)) return mac;
  }
}

/** `wanted`, or that with the first number behind it that makes it none of `taken`. */
export function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let n = 2; taken.includes(name); n += 1) name = `${wanted}-${String(n)}`;
  return name;
}
